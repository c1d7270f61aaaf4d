using System.Net;
using ArchiveJobs.Master;
using static Microsoft.Playwright.Assertions;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>The page of the audit trail, in a real browser.</summary>
[Trait("Category", "Servers")]
[Collection(nameof(HostWithRoles))]
public sealed class AuditTests(HostWithRoles host, Chromium chromium)
{
    [Fact]
    public async Task The_trail_is_verified_and_filtered_and_the_address_shows_the_same_to_another_reader()
    {
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Administrator));
        await person.GoAsync("/audit");
        await person.PressAsync("Verify the chain");
        await Expect(person.Page.Locator("main .aj-note")).ToContainTextAsync("No gap, nothing changed: rows 1 to");

        await person.Page.Locator("#action").SelectOptionAsync("StoreAdd");
        await person.PressAsync("Filter");
        await Expect(person.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(person.Page.Locator("tbody tr")).ToContainTextAsync("Store made");
        await Expect(person.Page.Locator("tbody tr")).ToContainTextAsync("2026");

        await using var auditor = await chromium.LogInAsync(host.Url, nameof(LoginRole.Auditor));
        await auditor.GoAsync(new Uri(person.Page.Url).PathAndQuery);
        await Expect(auditor.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(auditor.Page.Locator("#action")).ToHaveValueAsync("StoreAdd");
        await Expect(auditor.Button("Verify the chain")).ToHaveCountAsync(0);   // It would start a run.
        Assert.Empty(person.Troubles);
    }

    [Fact]
    public async Task One_thing_a_person_and_a_day_are_found_and_a_day_without_events_says_so()
    {
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Auditor));

        await person.GoAsync("/audit?object=store&id=1");
        await Expect(person.Page.Locator("tbody tr").First).ToContainTextAsync("Store made");
        await person.GoAsync("/audit?actor=nobody-of-this-name");
        await Expect(person.Page.Locator("main")).ToContainTextAsync("Nothing matches this filter.");
        await person.GoAsync("/audit?from=2001-01-01&to=2001-01-02");
        await Expect(person.Page.Locator("#from")).ToHaveValueAsync("2001-01-01");
        await Expect(person.Page.Locator("main")).ToContainTextAsync("Nothing matches this filter.");
    }

    [Fact]
    public async Task An_operator_does_not_read_the_trail()
    {
        using var browser = new Browser(host.Url);
        await browser.LogInAsync(nameof(LoginRole.Operator), Logins.Password);

        var answer = await browser.GetAsync("/audit");

        Assert.Equal((HttpStatusCode.Redirect, "/denied"), (answer.StatusCode, answer.Headers.Location is { } to ? new Uri(host.Url, to).AbsolutePath : ""));
    }
}
