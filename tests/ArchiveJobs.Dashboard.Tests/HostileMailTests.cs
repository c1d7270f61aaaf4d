using System.Collections.Concurrent;
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
    private const string HasRun = "'__hostile' in window";
    private const int AtOnce = 4;

    private readonly ConcurrentQueue<string> _asked = [];
    private readonly ConcurrentQueue<string> _intruders = [];

    [Fact]
    public async Task Nothing_leaves_and_nothing_runs_when_hostile_mail_is_read_and_every_link_in_it_is_pressed()
    {
        await using var sato = await chromium.LogInAsync(archive.Url, "sato");
        await using var fence = await OpenFenceAsync();
        Watch(sato);
        var read = new List<string>();
        for (var page = 1; ; page++)
        {
            await sato.GoAsync($"/search?q=hostile&page={page}");
            var hits = await sato.Page.Locator("a.aj-hit").EvaluateAllAsync<string[]>("all => all.map(one => one.getAttribute('href'))");
            foreach (var hit in hits)
            {
                read.Add(IdOf(hit));
                await ReadAsync(sato, hit, fence);
            }

            if (await sato.Page.Locator($"main a[href$='page={page + 1}']").CountAsync() == 0)
            {
                break;
            }
        }

        Assert.Equal(archive.Ids.Values.Order(), read.Order());
        AssertSilence();
    }

    [Fact]
    public async Task Nor_when_a_body_is_opened_by_its_address_where_it_is_nobodys_frame()
    {
        await using var sato = await chromium.LogInAsync(archive.Url, "sato");
        await using var fence = await OpenFenceAsync();
        Watch(sato);
        List<IPage> windows = [sato.Page];
        for (var i = 1; i < AtOnce; i++)
        {
            windows.Add(await sato.Page.Context.NewPageAsync());
        }

        _intruders.Clear();
        foreach (var few in archive.Ids.Chunk(AtOnce))
        {
            var open = few.Zip(windows, (pair, window) => (Name: pair.Key, Path: $"/mail/1/{pair.Value}/html", Window: window)).ToList();
            await Task.WhenAll(open.Select(async one =>
            {
                await one.Window.GotoAsync(one.Path);
                await Expect(one.Window.Locator("p").First).ToContainTextAsync("kept");
                await one.Window.EvaluateAsync(PressAll);
            }));
            await PassAsync(fence);
            foreach (var (name, path, window) in open)
            {
                Assert.False(await window.EvaluateAsync<bool>(HasRun), $"{name} ran.");
                Assert.EndsWith(path, window.Url, StringComparison.Ordinal);
            }
        }

        AssertSilence();
    }

    [Fact]
    public async Task The_same_bodies_do_get_out_of_a_page_that_protects_nobody()
    {
        await using var victim = await chromium.OpenAsync(archive.Url);
        var silent = new ConcurrentQueue<string>();
        var waiting = new ConcurrentQueue<HostileSample>(HostileSamples.All.Where(sample => sample.Is));

        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (waiting.TryDequeue(out var sample))
            {
                if (!await IsHeardAsync(victim, sample))
                {
                    silent.Enqueue(sample.Name);   // Reading it safely would prove nothing.
                }
            }
        }));

        Assert.Empty(silent);
    }

    /// <summary>Chooses the hit and reads it in its frame, as a person does.</summary>
    private async Task ReadAsync(Person person, string hit, Person fence)
    {
        var id = IdOf(hit);
        var name = archive.Ids.Single(pair => pair.Value == id).Key;
        await person.Page.Locator($"a.aj-hit[href='{hit}']").ClickAsync();
        var frame = $"iframe.aj-mail-frame[src='/mail/1/{id}/html']";
        // By the locator, which looks the frame up again: the page may draw it anew while it opens.
        await Expect(person.Page.FrameLocator(frame).Locator("p").First).ToContainTextAsync("kept");
        var inside = (await (await person.Page.Locator(frame).ElementHandleAsync()).ContentFrameAsync())!;
        Assert.EndsWith($"/mail/1/{id}/html", inside.Url, StringComparison.Ordinal);
        await inside.EvaluateAsync(PressAll);
        await PassAsync(fence);

        Assert.False(await inside.EvaluateAsync<bool>(HasRun), $"{name} ran in the frame.");
        Assert.False(await person.Page.EvaluateAsync<bool>(HasRun), $"{name} ran in the page.");
        Assert.EndsWith(hit, person.Page.Url, StringComparison.Ordinal);
    }

    private static string IdOf(string hit) => hit[(hit.IndexOf("m=1-", StringComparison.Ordinal) + 4)..][..64];

    private void Watch(Person person)
    {
        person.Page.Context.Request += (_, request) => _asked.Enqueue(request.Url);
        person.Page.Context.Dialog += (_, dialog) => _intruders.Enqueue(dialog.Message);
        person.Page.Context.Page += (_, window) => _intruders.Enqueue(window.Url);
    }

    private void AssertSilence()
    {
        Assert.DoesNotContain(chromium.Outside.Heard, heard => heard.Contains(HostileArchive.Listener, StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(_asked, url => url.Contains(HostileArchive.Listener, StringComparison.OrdinalIgnoreCase));
        Assert.Empty(_intruders);
    }

    /// <summary>A window of the unprotected kind with a link and a frame that the link loads.</summary>
    private async Task<Person> OpenFenceAsync()
    {
        chromium.Outside.Serve("/fence", "<!DOCTYPE html><a target=inner>press</a><iframe name=inner></iframe>");
        var fence = await chromium.OpenAsync(archive.Url);
        await fence.Page.GotoAsync("http://page.example/fence");
        return fence;
    }

    /// <summary>
    /// Presses a link that nobody holds back and waits until the world outside hears it.
    /// What a mail asked for before that has had its time; without this the next mail would end it.
    /// </summary>
    private async Task PassAsync(Person fence)
    {
        var name = $"fence-{Guid.NewGuid():N}";
        await fence.Page.EvaluateAsync($"const link = document.querySelector('a'); link.href = 'http://{Control}/{name}'; link.click()");
        Assert.True(await ListenAsync(name, () => Task.CompletedTask), "The listener is not awake.");
    }

    /// <summary>Shows the body bare, presses what can be pressed, and listens whether the world outside hears of it.</summary>
    private async Task<bool> IsHeardAsync(Person person, HostileSample sample)
    {
        var page = await person.Page.Context.NewPageAsync();
        // From the listener itself: a page of another network might not ask this machine at all.
        chromium.Outside.Serve($"/page/{sample.Name}", "<!DOCTYPE html><meta charset=utf-8><p>kept</p>" + HostileSamples.Write(sample, Control));
        var address = $"http://page.example/page/{sample.Name}";
        await page.GotoAsync(address, new PageGotoOptions { WaitUntil = WaitUntilState.Commit });
        var isHeard = await ListenAsync(sample.Name, async () =>
        {
            try
            {
                if (page.Url == address)
                {
                    await page.EvaluateAsync(PressAll);
                }
            }
            catch (PlaywrightException)
            {
                // The body took the page elsewhere between the look and the press: what is heard decides.
            }
        });

        await page.CloseAsync();
        return isHeard;
    }

    /// <summary>Whether the name was asked for, within ten seconds at most.</summary>
    private async Task<bool> ListenAsync(string name, Func<Task> insist)
    {
        for (var i = 0; i < 500; i++)
        {
            if (chromium.Outside.Heard.Any(heard => heard.Contains(Control, StringComparison.Ordinal) && heard.Split(' ', '?').ElementAtOrDefault(1) == $"/{name}"))
            {
                return true;
            }

            await Task.Delay(20);
            if (i % 25 == 10)
            {
                await insist();
            }
        }

        return false;
    }
}
