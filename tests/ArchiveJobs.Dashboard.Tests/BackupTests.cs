using ArchiveJobs.EndToEnd.Tests;
using ArchiveJobs.Master;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>The button that backs up, in a real browser.</summary>
[Trait("Category", "Servers")]
public sealed class BackupTests(Chromium chromium) : IAsyncLifetime
{
    private readonly Installation _installation = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task A_backup_wants_a_confirmed_code_and_an_allowed_folder_and_remembers_the_folder()
    {
        await _installation.MustAsync("store", "create", "2026");
        await Logins.AddAsync(Path.Combine(_installation.Data, "master.db"), "tanaka", LoginRole.Operator);
        var code = (await _installation.MustAsync("key", "recovery-code")).Output.TrimEnd().Split('\n')[^1];
        var (_, url) = await _installation.ServeAsync();
        await using var tanaka = await chromium.LogInAsync(url, "tanaka");
        var folder = Path.Combine(_installation.Data + "-backups", "nightly");

        await tanaka.GoAsync("/stores");
        await tanaka.PressAsync("Back up…");
        await Expect(tanaka.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The recovery code was not read back yet");
        await Expect(tanaka.Page.Locator("#backup-do")).ToHaveCountAsync(0);

        Assert.Equal(0, (await _installation.RunAsync(["key", "confirm"], null, code + "\n")).ExitCode);
        await tanaka.GoAsync("/stores?backup=true");
        await tanaka.Page.Locator("#backup-path").FillAsync("/etc");
        await tanaka.Page.Locator("#backup-do").ClickAsync();
        await Expect(tanaka.Page.GetByRole(AriaRole.Dialog).Locator("[role=alert]")).ToContainTextAsync("/etc");

        await tanaka.Page.Locator("#backup-path").FillAsync(folder);
        await tanaka.Page.Locator("#backup-do").ClickAsync();
        await Expect(tanaka.Page.Locator(".aj-store")).ToContainTextAsync("Succeeded");
        await tanaka.GoAsync("/stores?backup=true");

        await Expect(tanaka.Page.Locator("#backup-path")).ToHaveValueAsync(folder);
        Assert.True(Directory.EnumerateFileSystemEntries(folder).Any());
        Assert.Empty(tanaka.Troubles);
    }
}
