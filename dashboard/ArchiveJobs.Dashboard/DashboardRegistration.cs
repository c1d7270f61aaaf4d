using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Circuits;
using ArchiveJobs.Dashboard.Layout;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Dashboard.Pages.Plain;
using ArchiveJobs.Dashboard.Reading;
using ArchiveJobs.Dashboard.Text;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using Hangfire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace ArchiveJobs.Dashboard;

/// <summary>The pages and who may see them. Only a host that serves loads this room.</summary>
public static class DashboardRegistration
{
    /// <summary>Needs the master database, the run service, the schedules, the stores, the search an <see cref="IProfileDesk"/> and an <see cref="IAlertBoard"/>.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services, DashboardOptions options)
    {
        services.AddSingleton(options);
        AddAccess(services, options);
        services.AddRazorComponents().AddInteractiveServerComponents(circuits => circuits.DetailedErrors = false);
        services.Configure<HubOptions>(hubs => hubs.AddFilter(new DrawnReports()));
        services.AddScoped<CircuitHandler, DrawnReportsInTurn>();
        services.AddMudServices();
        services.AddHangfire((provider, hangfire) => hangfire.UseStorage(provider.GetRequiredService<JobStorage>()));

        services.AddSingleton<RunFeed>();
        services.AddSingleton<IRunObserver>(provider => provider.GetRequiredService<RunFeed>());
        services.AddSingleton<VolumeReader>();
        services.AddSingleton<StoreShelf>();
        services.AddSingleton<Needs>();
        services.AddSingleton<ProfileReader>();
        services.AddSingleton<PathGate>();
        services.AddSingleton<ScheduleReader>();
        services.AddSingleton<MailSearch>();
        services.AddSingleton<MessageReader>();
        services.AddSingleton<MailAudit>();
        services.AddScoped<Words>();
        services.AddScoped<RunActions>();
        services.AddScoped<ProfileActions>();
        services.AddScoped<ScheduleActions>();
        services.AddScoped<AlertActions>();
        services.AddScoped<BackupActions>();
        services.AddScoped<UserActions>();
        return services;
    }

    /// <summary>Everything between the host's own protection and its end points, then the end points.</summary>
    public static void UseDashboard(this WebApplication app)
    {
        app.UseRules();
        app.UseRequestLocalization(new RequestLocalizationOptions { DefaultRequestCulture = new RequestCulture("en") }
            .AddSupportedCultures("en", "ja").AddSupportedUICultures("en", "ja"));
        app.UseAuthentication();
        app.UsePageForUnknownAddress();
        app.UseAuthorization();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymous();
        app.MapLogin();
        app.MapGet(UnknownAddress.PlainPage, () => new RazorComponentResult<MissingPage> { StatusCode = StatusCodes.Status404NotFound }).AllowAnonymous();
        app.MapMail();
        app.MapHangfireDashboardWithAuthorizationPolicy(Rights.Administer, "/hangfire", new Hangfire.DashboardOptions
        {
            IsReadOnlyFunc = _ => true,   // The ledger is the only one who starts and ends runs.
            DashboardTitle = "ArchiveJobs: Hangfire",
            AppPath = "/",
            DisplayStorageConnectionString = false,
        });
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode().RequireAuthorization();
    }

    private static void AddAccess(IServiceCollection services, DashboardOptions options)
    {
        services.AddDataProtection().SetApplicationName("ArchiveJobs").PersistKeysToFileSystem(OwnerOnly(options.CookieKeys));
        services.AddAuthentication(IdentityConstants.ApplicationScheme).AddIdentityCookies();
        services.ConfigureApplicationCookie(cookie =>
        {
            cookie.Cookie.Name = "archivejobs";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = options.SessionTime;
            cookie.LoginPath = "/login";
            cookie.ReturnUrlParameter = "returnUrl";
            cookie.AccessDeniedPath = "/denied";
            cookie.Events.OnRedirectToAccessDenied = context =>
            {
                context.Response.Redirect(context.HttpContext.User.HasClaim(claim => claim.Type == Rights.MustChangePassword) ? "/password" : "/denied");
                return Task.CompletedTask;
            };
        });
        services.AddIdentityCore<Login>(identity =>
        {
            identity.Lockout.MaxFailedAccessAttempts = options.AttemptsUntilLockout;
            identity.Lockout.DefaultLockoutTimeSpan = options.LockoutTime;
            identity.Password = new PasswordOptions
            {
                RequiredLength = 12, RequireDigit = false, RequireLowercase = false, RequireNonAlphanumeric = false, RequireUppercase = false, RequiredUniqueChars = 5,
            };
            identity.User.AllowedUserNameCharacters = "";   // Names are Japanese too.
            identity.SignIn.RequireConfirmedAccount = true;   // Asks LoginGate.
        }).AddSignInManager().AddUserStore<LoginStore>().AddClaimsPrincipalFactory<LoginClaims>().AddUserConfirmation<LoginGate>();
        services.Configure<SecurityStampValidatorOptions>(stamp => stamp.ValidationInterval = TimeSpan.FromMinutes(1));
        services.AddAuthorization(Rights.AddTo);
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, LiveSession>();
        services.AddScoped<Guard>();
        services.AddScoped<PendingLoginEntry>();
        services.AddSingleton<RefusalBudget>();
        services.AddSingleton<FirstAdministrator>();
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "archivejobs.form";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.SuppressXFrameOptionsHeader = true;   // The host's protection sets it.
        });
    }

    private static DirectoryInfo OwnerOnly(string path) => OperatingSystem.IsWindows()
        ? Directory.CreateDirectory(path)
        : Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
}
