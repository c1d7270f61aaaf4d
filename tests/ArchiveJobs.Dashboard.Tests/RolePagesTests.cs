using System.Net;
using ArchiveJobs.EndToEnd.Tests;
using ArchiveJobs.Master;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>A host with one login for each role, shared: what a test makes there has a name of its own.</summary>
public sealed class HostWithRoles : IAsyncLifetime
{
    private readonly Installation _installation = new();

    public string Data => _installation.Data;

    public Uri Url { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await _installation.MustAsync("store", "create", "2026");
        foreach (var role in Enum.GetValues<LoginRole>())
        {
            await Logins.AddAsync(Path.Combine(_installation.Data, "master.db"), role.ToString(), role);
        }

        (_, Url) = await _installation.ServeAsync();
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();
}

[CollectionDefinition(nameof(HostWithRoles))]
public sealed class HostWithRolesTests : ICollectionFixture<HostWithRoles>;

/// <summary>What each role gets from the real host.</summary>
[Collection(nameof(HostWithRoles))]
public sealed class RolePagesTests(HostWithRoles host)
{
    [Theory]
    [InlineData(LoginRole.Administrator, HttpStatusCode.OK)]
    [InlineData(LoginRole.Operator, HttpStatusCode.Redirect)]
    [InlineData(LoginRole.Auditor, HttpStatusCode.Redirect)]
    public async Task Only_an_administrator_sees_Hangfire_and_the_users(LoginRole role, HttpStatusCode expected)
    {
        using var browser = new Browser(host.Url);
        await browser.LogInAsync(role.ToString(), Logins.Password);

        Assert.Equal(expected, (await browser.GetAsync("/hangfire")).StatusCode);
        Assert.Equal(expected, (await browser.GetAsync("/users")).StatusCode);
        Assert.Equal(expected, (await browser.GetAsync("/profiles/add")).StatusCode);
    }

    [Theory]
    [InlineData(LoginRole.Administrator, HttpStatusCode.OK, HttpStatusCode.NotFound)]
    [InlineData(LoginRole.Operator, HttpStatusCode.Redirect, HttpStatusCode.Redirect)]
    [InlineData(LoginRole.Auditor, HttpStatusCode.OK, HttpStatusCode.NotFound)]
    public async Task An_operator_sees_no_mail(LoginRole role, HttpStatusCode search, HttpStatusCode message)
    {
        using var browser = new Browser(host.Url);
        await browser.LogInAsync(role.ToString(), Logins.Password);

        Assert.Equal(search, (await browser.GetAsync("/search")).StatusCode);
        Assert.Equal(message, (await browser.GetAsync($"/mail/1/{new string('a', 64)}/eml")).StatusCode);
    }

    [Fact]
    public async Task Hangfire_takes_no_orders()
    {
        using var browser = new Browser(host.Url);
        await browser.LogInAsync(nameof(LoginRole.Administrator), Logins.Password);

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("jobs[]", "1")]);
        var answer = await browser.Http.PostAsync(new Uri("/hangfire/jobs/enqueued/delete", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task No_first_administrator_is_made_where_somebody_can_log_in()
    {
        using var browser = new Browser(host.Url);

        var answer = await browser.LogInAsync("admin", Logins.Password);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.False(File.Exists(Path.Combine(host.Data, "first-login.txt")));
    }
}
