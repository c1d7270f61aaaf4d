using ArchiveJobs.EndToEnd.Tests;
using ArchiveJobs.Master;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>As a person does it, in a real browser.</summary>
[Trait("Category", "Servers")]
public sealed class BrowserTests : IAsyncLifetime
{
    private readonly Installation _installation = new();

    public ValueTask InitializeAsync()
    {
        if (DevTools.Program is null && Environment.GetEnvironmentVariable("ARCHIVEJOBS_REQUIRE_SERVERS") == "1")
        {
            throw new InvalidOperationException("Chromium is missing: install the Debian package chromium.");
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task Logging_in_and_pressing_Run_now_shows_the_run_succeed_without_a_reload()
    {
        Assert.SkipWhen(DevTools.Program is null, "Needs the Debian package chromium.");
        await _installation.MustAsync("store", "create", "2026");
        await _installation.MustAsync("profile", "add", "Samples", "--source", "eml", "--path", Path.Combine(Installation.Samples, "eml"));
        await Logins.AddAsync(Path.Combine(_installation.Data, "master.db"), "tanaka", LoginRole.Operator);
        var (_, url) = await _installation.ServeAsync();
        await using var browser = await DevTools.StartAsync();

        await browser.GoAsync(new Uri(url, "/profiles"));
        await browser.UntilAsync("document.querySelector('#password') !== null");
        await browser.EvaluateAsync($"document.querySelector('#name').value = 'tanaka'; document.querySelector('#password').value = '{Logins.Password}'; document.querySelector('.aj-plain-form button').click()");
        await browser.UntilAsync("[...document.querySelectorAll('button')].some(button => button.innerText.trim() === 'Run now')");

        // Pressed until the circuit is there to hear it. The mark would be gone after a reload.
        await browser.EvaluateAsync("window.mark = 1");
        await browser.UntilAsync("(() => { if (location.pathname.startsWith('/runs/')) return true; [...document.querySelectorAll('button')].find(button => button.innerText.trim() === 'Run now')?.click(); return false; })()");
        await browser.UntilAsync("document.querySelector('.aj-head .aj-st')?.innerText.trim() === 'Succeeded'");

        var balance = (await browser.EvaluateAsync("[...document.querySelectorAll('.aj-balance b')].map(number => number.innerText).join(' ')"))!.ToString();
        Assert.Equal("25 25 0 0 0 0", balance);
        Assert.Equal("1", (await browser.EvaluateAsync("window.mark"))?.ToString());
    }
}
