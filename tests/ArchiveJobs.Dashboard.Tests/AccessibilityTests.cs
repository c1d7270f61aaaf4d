using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>axe finds nothing serious or critical on any page, in both languages, wide and narrow, light and dark.</summary>
[Trait("Category", "Servers")]
[Collection(nameof(Office))]
public sealed class AccessibilityTests(Office office, Chromium chromium)
{
    [Theory]
    [InlineData("en-US", 1280)]
    [InlineData("ja-JP", 1280)]
    [InlineData("en-US", 390)]
    public async Task No_page_has_a_serious_finding(string locale, int width)
    {
        await using var admin = await office.EnterAsync(chromium, locale, width);
        var findings = new List<string>();
        foreach (var path in Pages.All)
        {
            await admin.GoAsync(path);
            await Assertions.Expect(admin.Heading).ToBeVisibleAsync();   // Not the idle network: a circuit may poll.
            findings.AddRange(await FindAsync(admin, path));
        }

        Assert.Empty(findings);
    }

    [Fact]
    public async Task No_page_has_a_serious_finding_in_the_dark()
    {
        await using var admin = await office.EnterAsync(chromium);
        await admin.GoAsync("/");
        await admin.Page.Locator("button[name=theme]").ClickAsync();
        await admin.Page.Locator("html[data-theme=dark]").WaitForAsync();
        var findings = new List<string>();
        foreach (var path in Pages.All)
        {
            await admin.GoAsync(path);
            findings.AddRange(await FindAsync(admin, path));
        }

        Assert.Empty(findings);
    }

    [Theory]
    [InlineData("en-US")]
    [InlineData("ja-JP")]
    public async Task Nor_have_the_pages_before_the_login(string locale)
    {
        await using var stranger = await chromium.OpenAsync(office.Url, locale);
        await stranger.Page.GotoAsync("/login");
        var findings = await FindAsync(stranger, "/login");

        await using var admin = await office.EnterAsync(chromium, locale);
        foreach (var path in new[] { "/password", "/denied" })
        {
            await admin.Page.GotoAsync(path);
            findings.AddRange(await FindAsync(admin, path));
        }

        Assert.Empty(findings);
    }

    [Fact]
    public async Task A_page_that_is_bad_on_purpose_has_findings()
    {
        await using var admin = await office.EnterAsync(chromium);
        await admin.GoAsync("/runs");
        await admin.Page.EvaluateAsync("document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button><p style=\"color:#ccc;background:#fff\">pale</p>')");

        var findings = await FindAsync(admin, "/runs");

        Assert.Contains(findings, finding => finding.Contains("button-name", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Contains("color-contrast", StringComparison.Ordinal));
    }

    private static async Task<List<string>> FindAsync(Person person, string path)
    {
        var result = await person.Page.RunAxe(new AxeRunOptions { Iframes = false, ResultTypes = [ResultType.Violations] });
        return
        [
            .. result.Violations.Where(violation => violation.Impact is "serious" or "critical")
                .SelectMany(violation => violation.Nodes.Take(3).Select(node => $"{path}: {violation.Id} ({violation.Impact}): {node.Html}")),
        ];
    }
}
