using System.Security.Cryptography;
using System.Text;
using ArchiveJobs.EndToEnd.Tests;
using ArchiveJobs.Master;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>A host with one mail for each <see cref="HostileSample"/>.</summary>
public sealed class HostileArchive : IAsyncLifetime
{
    /// <summary>Who hears of it, should a mail get out.</summary>
    public const string Listener = "mail.tracker.example";

    private readonly Installation _installation = new();
    private readonly Dictionary<string, string> _ids = [];

    public Uri Url { get; private set; } = null!;

    /// <summary>SHA-256 by the name of the sample.</summary>
    public IReadOnlyDictionary<string, string> Ids => _ids;

    public async ValueTask InitializeAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_installation.Directory, "mail")).FullName;
        foreach (var sample in HostileSamples.All)
        {
            var octets = Encoding.UTF8.GetBytes(
                $"From: evil@example.com\r\nTo: sato@example.jp\r\nSubject: Hostile {sample.Name}\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
                + $"Content-Type: text/html; charset={sample.Charset}\r\n\r\n<p>kept</p>{HostileSamples.Write(sample, Listener)}\r\n");
            _ids.Add(sample.Name, Convert.ToHexStringLower(SHA256.HashData(octets)));
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{sample.Name}.eml"), octets);
        }

        await _installation.MustAsync("store", "create", "2026");
        await _installation.MustAsync("profile", "add", "Hostile", "--source", "eml", "--path", folder);
        await _installation.MustAsync("run", "RunProfile", "--name=Hostile");
        await Logins.AddAsync(Path.Combine(_installation.Data, "master.db"), "sato", LoginRole.Auditor);
        (_, Url) = await _installation.ServeAsync();
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();
}

/// <summary>Mail of strangers is read; nothing leaves, nothing runs. What the world outside heard is the proof.</summary>
[Trait("Category", "Servers")]
public sealed class HostileMailTests(HostileArchive archive, Chromium chromium) : IClassFixture<HostileArchive>
{
    private const string Control = "live.tracker.example";
    private const string PressAll = "document.querySelectorAll('a, area, button, input, summary').forEach(one => one.click())";

    [Fact]
    public async Task Nothing_leaves_and_nothing_runs_when_hostile_mail_is_read_and_every_link_in_it_is_pressed()
    {
        await using var sato = await chromium.LogInAsync(archive.Url, "sato");
        var asked = new List<string>();
        var intruders = new List<string>();
        sato.Page.Request += (_, request) => asked.Add(request.Url);
        sato.Page.Dialog += (_, dialog) => intruders.Add(dialog.Message);
        sato.Page.Context.Page += (_, window) => intruders.Add(window.Url);
        foreach (var sample in HostileSamples.All)
        {
            var id = archive.Ids[sample.Name];
            await sato.GoAsync($"/search?q=hostile&m=1-{id}");
            var frame = sato.Page.FrameLocator("iframe.aj-mail-frame");
            await Expect(frame.Locator("p").First).ToContainTextAsync("kept");
            var inside = sato.Page.Frames.Single(one => one.Url.Contains("/mail/1/", StringComparison.Ordinal));
            await inside.EvaluateAsync(PressAll);
            await sato.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);

            Assert.False(await inside.EvaluateAsync<bool>("'__hostile' in window"), $"{sample.Name} ran in the frame.");
            Assert.False(await sato.Page.EvaluateAsync<bool>("'__hostile' in window"), $"{sample.Name} ran in the page.");
            Assert.EndsWith($"/search?q=hostile&m=1-{id}", sato.Page.Url, StringComparison.Ordinal);

            // The same body where it is nobody's frame: opened by its address alone.
            await sato.Page.GotoAsync($"/mail/1/{id}/html");
            await sato.Page.EvaluateAsync(PressAll);
            Assert.False(await sato.Page.EvaluateAsync<bool>("'__hostile' in window"), $"{sample.Name} ran outside its frame.");
        }

        Assert.True(await IsHeardAsync(sato, HostileSamples.All.First(sample => sample.Name == "img")), "The listener is not awake.");
        Assert.DoesNotContain(chromium.Outside.Heard, heard => heard.Contains(HostileArchive.Listener, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(asked, url => url.Contains(HostileArchive.Listener, StringComparison.OrdinalIgnoreCase));
        Assert.Empty(intruders);
    }

    [Fact]
    public async Task The_same_bodies_do_get_out_of_a_page_that_protects_nobody()
    {
        await using var victim = await chromium.OpenAsync(archive.Url);
        var silent = new List<string>();
        foreach (var sample in HostileSamples.All.Where(sample => sample.Is))
        {
            if (!await IsHeardAsync(victim, sample))
            {
                silent.Add(sample.Name);   // Reading it safely would prove nothing.
            }
        }

        Assert.Empty(silent);
    }

    /// <summary>Shows the body bare, presses what can be pressed, and listens whether the world outside hears of it.</summary>
    private async Task<bool> IsHeardAsync(Person person, HostileSample sample)
    {
        var page = await person.Page.Context.NewPageAsync();
        // From the listener itself: a page of another network might not ask this machine at all.
        chromium.Outside.Serve($"/page/{sample.Name}", "<!DOCTYPE html><meta charset=utf-8><p>kept</p>" + HostileSamples.Write(sample, Control));
        var address = $"http://page.example/page/{sample.Name}";
        var wanted = $" /{sample.Name} ";
        await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
        var isHeard = false;
        for (var i = 0; i < 200 && !isHeard; i++)
        {
            await Task.Delay(50);
            isHeard = chromium.Outside.Heard.Any(heard => heard.Contains(wanted, StringComparison.Ordinal) && heard.Contains(Control, StringComparison.Ordinal));
            if (!isHeard && i % 10 == 9 && page.Url == address)
            {
                await page.EvaluateAsync(PressAll);
            }
        }

        await page.CloseAsync();
        return isHeard;
    }
}
