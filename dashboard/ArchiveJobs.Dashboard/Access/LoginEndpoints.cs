using ArchiveJobs.Dashboard.Pages.Plain;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using SignInResult = Microsoft.AspNetCore.Identity.SignInResult;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>Log in, log out, own password, language and theme: plain forms, no script. Each post carries an antiforgery token.</summary>
internal static class LoginEndpoints
{
    public const string ThemeCookie = "archivejobs.theme";

    public static void MapLogin(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/login", Show).AllowAnonymous();
        routes.MapPost("/login", LogInAsync).AllowAnonymous();
        routes.MapPost("/logout", LogOutAsync).AllowAnonymous();
        routes.MapGet("/password", (HttpContext http) => Page(new() { ["Problem"] = null })).RequireAuthorization(AnySession);
        routes.MapPost("/password", ChangePasswordAsync).RequireAuthorization(AnySession);
        routes.MapPost("/language", SetLanguageAsync).AllowAnonymous();
        routes.MapPost("/theme", SetTheme).AllowAnonymous();
        routes.MapGet("/denied", () => new RazorComponentResult<DeniedPage> { StatusCode = StatusCodes.Status403Forbidden }).AllowAnonymous();
    }

    private static AuthorizationPolicy AnySession { get; } = new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build();

    private static IResult Show(HttpContext http, FirstAdministrator first, [FromQuery] string? returnUrl)
    {
        if (http.User.Identity?.IsAuthenticated == true)
        {
            return Results.LocalRedirect(Local(returnUrl));
        }

        // A link in a mail brings no cookie along (SameSite=Strict); the page asks for itself once more, now as its own site.
        var again = http.Request.Headers["Sec-Fetch-Site"] == "cross-site";
        return new RazorComponentResult<LoginPage>(new Dictionary<string, object?> { ["ReturnUrl"] = Local(returnUrl), ["IsFirst"] = first.IsWaiting, ["AskAgain"] = again });
    }

    private static async Task<IResult> LogInAsync(
        HttpContext http, SignInManager<Login> signIn, UserManager<Login> users, FirstAdministrator first, DashboardOptions options, TimeProvider time,
        PendingLoginEntry pending, IAuditTrail audit, RefusalBudget refusals, ILoggerFactory loggers, [FromForm] string? name, [FromForm] string? password, [FromForm] string? returnUrl)
    {
        var logger = loggers.CreateLogger("ArchiveJobs.Dashboard.Login");
        var login = await users.FindByNameAsync(name ?? "");
        var outcome = SignInResult.Failed;
        if (login is null)
        {
            // As long as a real check takes: the time of the answer must not tell which names exist.
            users.PasswordHasher.HashPassword(new Login { Name = "", NameKey = "" }, password ?? "");
        }
        else
        {
            outcome = await signIn.PasswordSignInAsync(login, password ?? "", isPersistent: false, lockoutOnFailure: true);
        }

        if (!outcome.Succeeded)
        {
            var reason = outcome.IsLockedOut ? "locked" : login is null ? "unknown name" : outcome.IsNotAllowed ? "switched off" : "wrong password";
            logger.LoginRefused(reason);
            if (refusals.Take() is { } notTold)
            {
                await audit.WriteAsync(LoginAudit.Refused(login, reason, http.Connection.RemoteIpAddress?.ToString(), notTold), CancellationToken.None);
            }

            return new RazorComponentResult<LoginPage>(new Dictionary<string, object?>
            {
                ["ReturnUrl"] = Local(returnUrl), ["IsFirst"] = first.IsWaiting, ["Attempts"] = options.AttemptsUntilLockout, ["Minutes"] = (int)options.LockoutTime.TotalMinutes,
            })
            {
                StatusCode = StatusCodes.Status401Unauthorized,
            };
        }

        login = (await users.FindByIdAsync(login!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)))!;
        login.LastLoginAt = time.GetUtcNow();
        var entry = LoginAudit.Of(AuditActions.SessionLogin, login) with { Details = new() { ["address"] = http.Connection.RemoteIpAddress?.ToString() } };
        pending.Set(_ => entry);
        if (!(await users.UpdateAsync(login)).Succeeded)
        {
            await audit.WriteAsync(entry, CancellationToken.None);   // Somebody changed the login in this moment; it is in all the same.
        }

        logger.LoggedIn(login.Id);
        if (login.Name == FirstAdministrator.Name)
        {
            first.Forget();
        }

        if (login.Language is { } language)
        {
            WriteLanguage(http, language);
        }

        return Results.LocalRedirect(login.MustChangePassword ? "/password" : Local(returnUrl));
    }

    private static async Task<IResult> LogOutAsync(HttpContext http, SignInManager<Login> signIn, UserManager<Login> users, IAuditTrail audit)
    {
        if (await users.GetUserAsync(http.User) is { } login)
        {
            await audit.WriteAsync(LoginAudit.Of(AuditActions.SessionLogout, login), CancellationToken.None);
        }

        await signIn.SignOutAsync();
        return Results.LocalRedirect("/login");
    }

    private static async Task<IResult> ChangePasswordAsync(
        HttpContext http, SignInManager<Login> signIn, UserManager<Login> users, PendingLoginEntry pending, IAuditTrail audit, [FromForm] string? current, [FromForm] string? chosen, [FromForm] string? again)
    {
        var login = await users.GetUserAsync(http.User);
        if (login is null || login.IsDisabled)
        {
            await signIn.SignOutAsync();
            return Results.LocalRedirect("/login");
        }

        if (chosen != again)
        {
            return Page(new() { ["Problem"] = "password.differs" });
        }

        if (chosen == current)
        {
            return Page(new() { ["Problem"] = "password.same" });
        }

        login.MustChangePassword = false;
        pending.Set(one => LoginAudit.Of(AuditActions.UserSetPassword, one));
        var changed = await users.ChangePasswordAsync(login, current ?? "", chosen ?? "");
        if (!changed.Succeeded)
        {
            pending.Drop();
            var isWrong = changed.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.PasswordMismatch));
            if (isWrong)
            {
                await audit.WriteAsync(LoginAudit.Of(AuditActions.UserSetPassword, login) with { Result = AuditResult.Refused, Level = AuditLevel.Warning }, CancellationToken.None);
            }

            return Page(new() { ["Problem"] = isWrong ? "password.wrong" : "password.short" });
        }

        await signIn.RefreshSignInAsync(login);
        return Results.LocalRedirect("/");
    }

    private static async Task<IResult> SetLanguageAsync(HttpContext http, UserManager<Login> users, [FromForm] string? language, [FromForm] string? returnUrl)
    {
        var chosen = language == "ja" ? "ja" : "en";
        WriteLanguage(http, chosen);
        if (await users.GetUserAsync(http.User) is { } login)
        {
            login.Language = chosen;
            await users.UpdateAsync(login);
        }

        return Results.LocalRedirect(Local(returnUrl));
    }

    private static IResult SetTheme(HttpContext http, [FromForm] string? theme, [FromForm] string? returnUrl)
    {
        http.Response.Cookies.Append(ThemeCookie, theme == "dark" ? "dark" : "light", Lasting(http));
        return Results.LocalRedirect(Local(returnUrl));
    }

    private static RazorComponentResult<PasswordPage> Page(Dictionary<string, object?> parameters) =>
        new(parameters) { StatusCode = parameters["Problem"] is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest };

    private static void WriteLanguage(HttpContext http, string language) => http.Response.Cookies.Append(
        CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)), Lasting(http));

    private static CookieOptions Lasting(HttpContext http) => new()
    {
        MaxAge = TimeSpan.FromDays(365), HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, IsEssential = true,
    };

    /// <summary>Only paths of this site; a stranger's link must not send a person on to another page after the login.</summary>
    private static string Local(string? url) =>
        url is ['/', ..] && !url.StartsWith("//", StringComparison.Ordinal) && !url.StartsWith("/\\", StringComparison.Ordinal) && !url.Any(char.IsControl)
        && !url.StartsWith("/login", StringComparison.Ordinal) ? url : "/";
}
