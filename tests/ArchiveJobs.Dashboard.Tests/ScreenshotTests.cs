using ArchiveJobs.TestKit.Servers;
using Microsoft.Playwright;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>
/// No test: writes a picture of every page, wide and narrow, in both languages, to the directory of ARCHIVEJOBS_SCREENSHOTS.
/// ./test leaves it out; by hand: ArchiveJobs.Dashboard.Tests -explicit only -trait Category=Screenshots
/// </summary>
[Trait("Category", "Screenshots")]
[Collection(nameof(Office))]
public sealed class ScreenshotTests(Office office, Chromium chromium)
{
    private static readonly string[] More = ["/not-found-here", "/schedules/1", "/runs/2", "/alerts/channels/1"];

    private static string? Target => Environment.GetEnvironmentVariable("ARCHIVEJOBS_SCREENSHOTS");

    [Fact(Explicit = true)]
    public async Task Every_page_is_pictured()
    {
        Assert.SkipWhen(Target is null, "ARCHIVEJOBS_SCREENSHOTS names no directory.");
        office.NeedServer();
        var directory = Directory.CreateDirectory(Target).FullName;
        await FillAsync();
        foreach (var (locale, width) in new[] { ("en-US", 1280), ("ja-JP", 390), ("ja-JP", 1280), ("en-US", 390) })
        {
            await using var admin = await office.EnterAsync(chromium, locale, width, width > 1000 ? 800 : 844);
            if (locale == "en-US" && width == 1280)
            {
                await PictureRunningAsync(admin, directory);
            }

            foreach (var path in Pages.All.Concat(More))
            {
                await admin.GoAsync(path);
                await Assertions.Expect(admin.Heading).ToBeVisibleAsync();
                await Task.Delay(500);   // What comes after the first drawing; a picture proves nothing.
                await PictureAsync(admin, directory, path, locale, width);
            }
        }

        await using var stranger = await chromium.OpenAsync(office.Url, "ja-JP", 390, 844);
        foreach (var path in new[] { "/login", "/nowhere" })
        {
            await stranger.Page.GotoAsync(path);
            await PictureAsync(stranger, directory, path + "-stranger", "ja-JP", 390);
        }
    }

    private async Task PictureRunningAsync(Person admin, string directory)
    {
        office.Line!.IsSlow = true;
        await admin.GoAsync("/profiles");
        await admin.Page.Locator("tbody tr").Filter(new LocatorFilterOptions { HasText = "Tokyo sales" }).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Run now" }).ClickAsync();
        await Assertions.Expect(admin.State).ToHaveTextAsync("Running");
        await admin.Page.Locator("main [role=progressbar]:not([aria-valuenow='0'])").First.WaitForAsync();
        await Task.Delay(TimeSpan.FromSeconds(4));   // So that rate and rest are known.
        await PictureAsync(admin, directory, "/running", "en-US", 1280);
        await admin.GoAsync("/");
        await Task.Delay(TimeSpan.FromSeconds(2));
        await PictureAsync(admin, directory, "/overview-running", "en-US", 1280);
        office.Line.IsSlow = false;
    }

    private static async Task PictureAsync(Person person, string directory, string path, string locale, int width)
    {
        var name = string.Concat(path.Trim('/').Select(character => char.IsAsciiLetterOrDigit(character) || character == '-' ? character : '_'));
        var wide = await person.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        var file = $"{locale[..2]}-{width}-{(name.Length == 0 ? "overview" : name.Length > 40 ? name[..40] : name)}{(wide > 0 ? $"-SIDEWAYS{wide}" : "")}.png";
        await person.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(directory, file), FullPage = true });
    }

    private async Task FillAsync()
    {
        await office.AddMailboxAsync("Tokyo sales", "kimura", DovecotServer.Password);
        await office.AddMailboxAsync("Osaka branch", "ogawa", "wrong");
        await office.DoAsync("profile", "add", "全社メーリングリスト", "--source", "mbox", "--path", Path.Combine(EndToEnd.Tests.Installation.Samples, "mbox", "lists.mbox"));
        await office.DoAsync("run", "RunProfile", "--name=全社メーリングリスト");
        await office.DoAsync("run", "VerifyStore", "--id=1");
        await office.DoAsync("schedule", "add", "Tokyo hourly", "--kind", "RunProfile", "--name=Tokyo sales", "--cron", "0 * * * *", "--zone", "Asia/Tokyo");
        await office.DoAsync("schedule", "add", "毎晩の検証", "--kind", "VerifyStore", "--id=1", "--cron", "30 2 * * *", "--zone", "Asia/Tokyo");
        await office.DoAsync("schedule", "add", "Lists", "--kind", "RunProfile", "--name=全社メーリングリスト", "--after", "Tokyo hourly");
        await office.DoAsync("alert", "smtp", "--name", "Administrators", "--host", "127.0.0.1", "--port", "9", "--security", "none", "--from", "archive@example.jp", "--to", "admin@example.jp");
        await office.DoAsync("alert", "pickup", "--name", "窓口", "--language", "ja", "--directory", office.BackupTarget + "-notices");
        await office.AddPastAsync();
        await office.TryAsync("run", "RunProfile", "--name=Osaka branch");
    }
}
