using ArchiveJobs.EndToEnd.Tests;
using ArchiveJobs.Master;
using static Microsoft.Playwright.Assertions;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>As a person does it, in a real browser.</summary>
[Trait("Category", "Servers")]
public sealed class BrowserTests(Chromium chromium) : IAsyncLifetime
{
    private readonly Installation _installation = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task Logging_in_and_pressing_Run_now_shows_the_run_succeed_without_a_reload()
    {
        await _installation.MustAsync("store", "create", "2026");
        await _installation.MustAsync("profile", "add", "Samples", "--source", "eml", "--path", Path.Combine(Installation.Samples, "eml"));
        await Logins.AddAsync(Path.Combine(_installation.Data, "master.db"), "tanaka", LoginRole.Operator);
        var (_, url) = await _installation.ServeAsync();
        await using var tanaka = await chromium.LogInAsync(url, "tanaka");

        await tanaka.GoAsync("/profiles");
        await tanaka.Page.EvaluateAsync("window.mark = 1");   // Gone after a reload.
        await tanaka.PressAsync("Run now");
        await tanaka.UntilStateAsync("Succeeded");

        await Expect(tanaka.Page.Locator(".aj-balance b")).ToHaveTextAsync(["25", "25", "0", "0", "0", "0"]);
        Assert.Equal(1, await tanaka.Page.EvaluateAsync<int>("window.mark"));
        Assert.Empty(tanaka.Troubles);
    }
}
