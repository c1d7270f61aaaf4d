using System.Net;
using ArchiveJobs.EndToEnd.Tests;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>The first login of a new installation: each has one for itself.</summary>
public sealed class FirstLoginTests : IAsyncLifetime
{
    private const string Chosen = "correct-horse-battery";

    private readonly Installation _installation = new();
    private Uri _url = null!;

    private string PasswordFile => Path.Combine(_installation.Data, "first-login.txt");

    private string FirstPassword => File.ReadLines(PasswordFile).Single(line => line.StartsWith("Password: ", StringComparison.Ordinal))["Password: ".Length..];

    public async ValueTask InitializeAsync()
    {
        await _installation.MustAsync("store", "create", "2026");
        (_, _url) = await _installation.ServeAsync();
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task The_first_password_lies_where_only_its_owner_reads_it_and_goes_with_the_first_login()
    {
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PasswordFile));
        var password = FirstPassword;
        using var browser = new Browser(_url);

        var answer = await browser.LogInAsync("admin", password);

        Assert.Equal("/password", answer.Headers.Location!.OriginalString);
        Assert.False(File.Exists(PasswordFile));
    }

    [Fact]
    public async Task Nothing_is_shown_until_the_first_password_is_changed()
    {
        var password = FirstPassword;
        using var browser = new Browser(_url);
        await browser.LogInAsync("admin", password);

        var before = await browser.GetAsync("/");
        await browser.ChangePasswordAsync(password, Chosen);
        var after = await browser.GetAsync("/");

        Assert.Equal("/password", before.Headers.Location!.OriginalString);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.Contains("Nothing needs you.", await after.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_also_for_the_right_one_and_the_answers_do_not_differ()
    {
        var password = FirstPassword;
        using var browser = new Browser(_url);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await browser.LogInAsync("admin", "wrong")).StatusCode);
        }

        var right = await browser.LogInAsync("admin", password);
        var unknown = await browser.LogInAsync("nobody", password);

        Assert.Equal(HttpStatusCode.Unauthorized, right.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, unknown.StatusCode);
        Assert.Equal(WithoutTokens(await right.Content.ReadAsStringAsync()), WithoutTokens(await unknown.Content.ReadAsStringAsync()));
        Assert.True(File.Exists(PasswordFile));
    }

    [Fact]
    public async Task The_audit_trail_tells_who_came_who_was_refused_and_who_left_but_no_name_that_nobody_has()
    {
        var password = FirstPassword;
        using var browser = new Browser(_url);
        await browser.LogInAsync("admin", "wrong");
        await browser.LogInAsync("my-secret-typed-as-name", password);
        await browser.LogInAsync("admin", password);
        await browser.ChangePasswordAsync("wrong", Chosen);
        await browser.ChangePasswordAsync(password, Chosen);
        await browser.SubmitAsync("/", "/logout", ("leave", "yes"));
        await browser.SubmitAsync("/login", "/logout", ("leave", "yes"));

        var listed = await _installation.MustJsonAsync("audit", "list");

        var told = listed.GetProperty("events").EnumerateArray().Reverse().Where(entry => entry.GetProperty("action").GetString() is { } action && (action.StartsWith("Session", StringComparison.Ordinal) || action.StartsWith("User", StringComparison.Ordinal)))
            .Select(entry => $"{entry.GetProperty("action")} {entry.GetProperty("actor")} {entry.GetProperty("result")} {entry.GetProperty("level")}");
        Assert.Equal(
            [
                "UserAdd host Success Information", "SessionLogin admin Refused Warning", "SessionLogin unknown Refused Warning", "SessionLogin admin Success Information",
                "UserSetPassword admin Refused Warning", "UserSetPassword admin Success Information", "SessionLogout admin Success Information",
            ],
            told);
        Assert.DoesNotContain("my-secret", listed.ToString(), StringComparison.Ordinal);
    }

    private static string WithoutTokens(string page) => System.Text.RegularExpressions.Regex.Replace(page, "value=\"CfDJ8[^\"]+\"", "");
}
