using System.Net;
using ArchiveJobs.EndToEnd.Tests;
using ArchiveJobs.Master;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>A new installation whose first administrator has not come yet, and one who may log in.</summary>
public sealed class LoginHost : IAsyncLifetime
{
    public const string Name = "tanaka";

    private readonly Installation _installation = new();

    public Uri Url { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _installation.MustAsync("store", "create", "2026");
        (_, Url) = await _installation.ServeAsync();
        await Logins.AddAsync(Path.Combine(_installation.Data, "master.db"), Name, LoginRole.Operator);
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();
}

/// <summary>The real host, asked over HTTP.</summary>
public sealed class LoginTests(LoginHost host) : IClassFixture<LoginHost>
{
    [Fact]
    public async Task Who_is_not_logged_in_is_sent_to_the_login()
    {
        using var browser = new Browser(host.Url);

        foreach (var path in new[] { "/", "/runs", "/runs/1", "/users", "/search?q=a", "/mail/1/aa/eml", "/hangfire", "/password" })
        {
            var answer = await browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
            Assert.Equal("/login", new Uri(host.Url, answer.Headers.Location!).AbsolutePath);
        }
    }

    [Fact]
    public async Task The_circuit_is_not_opened_without_a_login()
    {
        using var browser = new Browser(host.Url);

        var answer = await browser.Http.PostAsync(new Uri("/_blazor/negotiate?negotiateVersion=1", UriKind.Relative), null);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using var browser = new Browser(host.Url);
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("name", LoginHost.Name), KeyValuePair.Create("password", Logins.Password)]);

        var answer = await browser.Http.PostAsync(new Uri("/login", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_login_does_not_lead_to_the_page_of_a_stranger()
    {
        using var browser = new Browser(host.Url);

        foreach (var stranger in new[] { "https://evil.example/", "//evil.example/", "/\\evil.example/" })
        {
            var answer = await browser.SubmitAsync("/login", "/login", ("name", LoginHost.Name), ("password", Logins.Password), ("returnUrl", stranger));
            Assert.Equal("/", answer.Headers.Location!.OriginalString);
            await browser.SubmitAsync("/", "/logout", ("leave", "yes"));
        }
    }

    [Fact]
    public async Task Cookies_and_headers_keep_strangers_out()
    {
        using var browser = new Browser(host.Url);

        var login = await browser.LogInAsync(LoginHost.Name, Logins.Password);
        var cookie = login.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("archivejobs=", StringComparison.Ordinal));
        var page = await browser.GetAsync("/password");
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
    }

    [Fact]
    public async Task The_pages_have_their_files()
    {
        using var browser = new Browser(host.Url);

        var css = await (await browser.GetAsync("/_content/MudBlazor/MudBlazor.min.css")).Content.ReadAsByteArrayAsync();
        var script = await (await browser.GetAsync("/_framework/blazor.web.js")).Content.ReadAsByteArrayAsync();
        var own = await (await browser.GetAsync("/_content/ArchiveJobs.Dashboard/dashboard.css")).Content.ReadAsByteArrayAsync();

        Assert.True(css.Length > 100_000 && script.Length > 50_000 && own.Length > 5_000, $"{css.Length}, {script.Length}, {own.Length}");
    }
}
