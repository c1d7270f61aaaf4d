using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(ArchiveJobs.Dashboard.Tests.Chromium))]

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>
/// One real Chromium without a window for all tests, started by the first that asks; see docs/adr/0803-pages-are-tested-in-a-real-browser.md.
/// Whatever name a page asks for beyond this machine leads to <see cref="Outside"/>.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly SemaphoreSlim _start = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    private static string? Program => Names.FirstOrDefault(File.Exists);

    /// <summary>The world as the browser sees it: one listener.</summary>
    public Outside Outside { get; } = new();

    /// <summary>Logs in; the test is skipped where there is no Chromium and nobody requires one.</summary>
    public async Task<Person> LogInAsync(Uri host, string name, string password = Logins.Password, string locale = "en-US", int width = 1280, int height = 900)
    {
        var person = await OpenAsync(host, locale, width, height);
        await person.LogInAsync(name, password);
        return person;
    }

    /// <summary>A window with cookies of its own, still empty.</summary>
    public async Task<Person> OpenAsync(Uri host, string locale = "en-US", int width = 1280, int height = 900)
    {
        var browser = await StartAsync();
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = host.ToString(), Locale = locale, ViewportSize = new ViewportSize { Width = width, Height = height }, TimezoneId = "Asia/Tokyo", AcceptDownloads = true,
        });
        context.SetDefaultTimeout((float)TimeSpan.FromMinutes(1).TotalMilliseconds);
        return new Person(await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
        await Outside.DisposeAsync();
        _start.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        if (Program is null)
        {
            const string missing = "Needs the Debian package chromium.";
            Assert.SkipWhen(Environment.GetEnvironmentVariable("ARCHIVEJOBS_REQUIRE_SERVERS") != "1", missing);
            Assert.Fail(missing);
        }

        await _start.WaitAsync();
        try
        {
            Assertions.SetDefaultExpectTimeout((float)TimeSpan.FromMinutes(1).TotalMilliseconds);   // A busy machine is not a wrong page.
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program,
                Args = ["--disable-gpu", "--disable-dev-shm-usage", $"--host-resolver-rules=MAP * 127.0.0.1:{Outside.Port}, EXCLUDE 127.0.0.1"],
            });
        }
        finally
        {
            _start.Release();
        }
    }
}
