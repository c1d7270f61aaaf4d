using System.Net;
using static Microsoft.Playwright.Assertions;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>A mistyped address is answered 404, with a page for people.</summary>
[Trait("Category", "Servers")]
[Collection(nameof(Office))]
public sealed class UnknownAddressTests(Office office, Chromium chromium)
{
    [Theory]
    [InlineData("en-US", "There is no such page", "Overview")]
    [InlineData("ja-JP", "ページが見つかりません", "概要")]
    public async Task Who_is_logged_in_sees_the_page_with_the_menu(string locale, string title, string menu)
    {
        await using var admin = await office.EnterAsync(chromium, locale);

        var answer = await admin.Page.GotoAsync("/runns");
        await admin.LiveAsync();

        Assert.Equal((int)HttpStatusCode.NotFound, answer!.Status);
        await Expect(admin.Heading).ToHaveTextAsync(title);
        await Expect(admin.Page.Locator("nav").First).ToContainTextAsync(menu);
        Assert.EndsWith("/runns", admin.Page.Url, StringComparison.Ordinal);
        Assert.DoesNotContain(admin.Troubles, trouble => !trouble.Contains("404", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stranger_sees_a_plain_page_that_tells_nothing_of_the_archive()
    {
        await using var stranger = await chromium.OpenAsync(office.Url);

        var answer = await stranger.Page.GotoAsync("/runns?store=2026");

        Assert.Equal((int)HttpStatusCode.NotFound, answer!.Status);
        await Expect(stranger.Heading).ToHaveTextAsync("There is no such page");
        await Expect(stranger.Page.Locator("nav")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("/runns", "application/json")]
    [InlineData("/healthz/runns", "text/html")]
    public async Task A_program_gets_the_bare_answer(string path, string accept)
    {
        using var browser = new Browser(office.Url);
        browser.Http.DefaultRequestHeaders.Add("Accept", accept);

        var answer = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Which addresses there are below /api is told to those with a token only, and never with a page.</summary>
    [Fact]
    public async Task An_unknown_address_of_the_API_is_answered_as_its_known_ones_are()
    {
        using var browser = new Browser(office.Url);
        browser.Http.DefaultRequestHeaders.Add("Accept", "text/html");

        var answer = await browser.GetAsync("/api/v1/runns");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
    }
}
