using System.Security.Cryptography;
using System.Text;
using ArchiveJobs.TestKit.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>What the product is for, as a person does it: a real host, a real mail server, a real browser.</summary>
[Trait("Category", "Servers")]
[Collection(nameof(Office))]
public sealed class FlowTests(Office office, Chromium chromium)
{
    [Fact]
    public async Task A_mailbox_is_added_tried_out_archived_before_ones_eyes_and_balances()
    {
        office.NeedServer();
        await using var admin = await office.EnterAsync(chromium);
        await admin.GoAsync("/profiles/add");
        await admin.FillAsync("Name of the profile", "Kimura");
        await admin.FillAsync("Server", office.Server!.Host);
        await admin.FillAsync("Port", $"{office.Line!.Port}");
        await admin.FillAsync("User", "kimura");
        await admin.Page.Locator("#password").FillAsync("wrong");
        await admin.Page.Locator("#ca").FillAsync(office.Server.Certificate.AuthorityPem);
        await admin.PressAsync("Test connection");
        await Expect(admin.Page.Locator("main [role=alert]")).ToBeVisibleAsync();
        await admin.Page.Locator("#password").FillAsync(DovecotServer.Password);
        await admin.PressAsync("Test connection");
        await Expect(admin.Page.GetByText("Nothing was changed.")).ToBeVisibleAsync();
        await Expect(Row(admin, "Projects/2026")).ToContainTextAsync("yes");
        await Expect(Row(admin, "Projects/2026")).ToContainTextAsync("40");

        office.Line.IsSlow = true;
        await admin.PressAsync("Save and run now");
        await Expect(admin.State).ToHaveTextAsync("Running");
        await admin.Page.EvaluateAsync("window.mark = 1");   // Gone after a reload.
        var first = await DoneMoreThanAsync(admin, 0);
        await DoneMoreThanAsync(admin, first);
        office.Line.IsSlow = false;
        await admin.UntilStateAsync("Succeeded");

        await Expect(admin.Page.Locator(".aj-balance b")).ToHaveTextAsync(["120", "120", "0", "0", "0", "0"]);
        await Expect(Row(admin, "Projects/2026").First).ToContainTextAsync("40");
        Assert.Equal(1, await admin.Page.EvaluateAsync<int>("window.mark"));
        Assert.Empty(admin.Troubles);
    }

    [Fact]
    public async Task A_run_is_canceled_and_tried_again()
    {
        office.NeedServer();
        await using var admin = await office.EnterAsync(chromium);
        office.Line!.IsSlow = true;
        await admin.GoAsync("/profiles");
        await Row(admin, Office.Slow).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Run now" }).ClickAsync();
        await Expect(admin.State).ToHaveTextAsync("Running");
        await DoneMoreThanAsync(admin, 0);

        await admin.Link("Cancel run…").ClickAsync();
        await admin.PressAsync("Cancel run");
        await admin.UntilStateAsync("Canceled");
        office.Line.IsSlow = false;
        var canceled = admin.Page.Url;
        await admin.PressAsync("Retry");
        await admin.Page.WaitForURLAsync(url => url != canceled && url.Contains("/runs/", StringComparison.Ordinal));
        await admin.UntilStateAsync("Succeeded");

        var balance = (await admin.Page.Locator(".aj-balance b").AllInnerTextsAsync()).Select(long.Parse).ToList();
        Assert.Equal(120, balance[0]);
        Assert.Equal(120, balance[1] + balance[2]);   // What the canceled run had archived is held already.
        Assert.NotEqual(0, balance[2]);
        Assert.Empty(admin.Troubles);
    }

    [Fact]
    public async Task Verify_Compact_Rebuild_index_and_Back_up_are_buttons_of_a_store_and_each_run_ends_well()
    {
        await using var admin = await office.EnterAsync(chromium);

        await admin.GoAsync("/stores");
        await admin.PressAsync("Verify");
        await SucceedsAsync(admin);

        await admin.GoAsync("/stores");
        await admin.PressAsync("Compact…");
        await admin.PressAsync("Compact");
        await SucceedsAsync(admin);

        await admin.GoAsync("/stores");
        await admin.PressAsync("Rebuild index");
        await SucceedsAsync(admin);

        await admin.GoAsync("/stores");
        await admin.PressAsync("Back up…");
        await admin.Page.Locator("#backup-path").FillAsync(office.BackupTarget);
        await admin.Page.Locator("#backup-do").ClickAsync();
        await SucceedsAsync(admin);
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(office.BackupTarget));
        Assert.Empty(admin.Troubles);
    }

    [Fact]
    public async Task The_filter_of_the_runs_is_in_the_URL_and_survives_a_reload()
    {
        await using var admin = await office.EnterAsync(chromium);
        await admin.GoAsync("/runs");

        await admin.Page.Locator("#kind").SelectOptionAsync("RunProfile");
        await admin.Page.WaitForURLAsync("**/runs?kind=RunProfile", new PageWaitForURLOptions { WaitUntil = WaitUntilState.Commit });
        await admin.Page.Locator("#state").SelectOptionAsync("Succeeded");
        await admin.Page.WaitForURLAsync(url => url.Contains("kind=RunProfile", StringComparison.Ordinal) && url.Contains("state=Succeeded", StringComparison.Ordinal));
        await admin.Page.ReloadAsync();
        await admin.LiveAsync();

        await Expect(admin.Page.Locator("#kind")).ToHaveValueAsync("RunProfile");
        await Expect(admin.Page.Locator("#state")).ToHaveValueAsync("Succeeded");
        await Expect(Row(admin, Office.Samples).First).ToBeVisibleAsync();
        await admin.GoAsync("/runs?state=Interrupted");
        await Expect(admin.Page.GetByText("Nothing matches this filter.")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData("drawing", "Drawing of the pump", "Here is the drawing.")]
    [InlineData("来月の展示", "議事録", "本日の議事録です。")]
    public async Task Mail_is_found_and_read(string words, string subject, string text)
    {
        await using var admin = await office.EnterAsync(chromium);
        await admin.GoAsync("/search");

        await admin.FillAsync("Words", words);
        await admin.PressAsync("Search");
        await admin.Page.Locator(".aj-hit").Filter(new LocatorFilterOptions { Has = admin.Page.Locator($"p bdi:text-is('{subject}')") }).First.ClickAsync();

        await Expect(admin.Page.Locator(".aj-mail h2")).ToHaveTextAsync(subject);
        await Expect(admin.Page.Locator(".aj-mail-text")).ToContainTextAsync(text);
        Assert.Empty(admin.Troubles);
    }

    [Fact]
    public async Task A_mail_and_its_attachment_are_downloaded_octet_for_octet()
    {
        await using var admin = await office.EnterAsync(chromium);
        var original = await File.ReadAllBytesAsync(Office.Sample("03-attachment.eml"));
        var picture = Encoding.ASCII.GetString(original).ReplaceLineEndings("\n").Split("base64\n\n")[1].Split("--mix-03")[0];
        await admin.GoAsync($"/search?q=drawing&m=1-{Convert.ToHexStringLower(SHA256.HashData(original))}");

        var mail = await admin.Page.RunAndWaitForDownloadAsync(() => admin.Link("EML").ClickAsync());
        var file = await admin.Page.RunAndWaitForDownloadAsync(() => admin.Link("Save").ClickAsync());

        Assert.Equal(original, await File.ReadAllBytesAsync(await mail.PathAsync()));
        Assert.Equal("pump.png", file.SuggestedFilename);
        Assert.Equal(Convert.FromBase64String(picture), await File.ReadAllBytesAsync(await file.PathAsync()));
    }

    private static ILocator Row(Person person, string text) => person.Page.Locator("tbody tr").Filter(new LocatorFilterOptions { HasText = text });

    /// <summary>Waits until the bar of the running run has moved on.</summary>
    private static async Task<long> DoneMoreThanAsync(Person person, long done)
    {
        const string bar = "+(document.querySelector('main [role=progressbar]')?.getAttribute('aria-valuenow') ?? 0)";
        var now = done;
        for (var i = 0; i < 1200 && now <= done; i++)
        {
            await Task.Delay(100);
            now = await person.Page.EvaluateAsync<long>(bar);
        }

        Assert.Equal("Running", await person.State.InnerTextAsync());
        Assert.True(now > done, "The progress does not move.");
        return now;
    }

    /// <summary>Follows the link of the note that a run is queued, and waits for its end.</summary>
    private static async Task SucceedsAsync(Person person)
    {
        var note = await person.Page.Locator(".mud-snackbar").First.InnerTextAsync();
        var run = string.Concat(note.SkipWhile(character => !char.IsAsciiDigit(character)).TakeWhile(char.IsAsciiDigit));
        await person.GoAsync($"/runs/{run}");
        await person.UntilStateAsync("Succeeded");
    }
}
