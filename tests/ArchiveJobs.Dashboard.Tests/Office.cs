using System.Text;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.EndToEnd.Tests;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.TestKit.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>One host with a store, archived samples and a mail server whose line can be made slow. Nobody has logged in yet.</summary>
public sealed class Office : IAsyncLifetime
{
    public const string Password = "correct-horse-battery";
    public const string Samples = "Samples";
    public const string Slow = "Slow";

    private readonly Installation _installation = new();
    private readonly SemaphoreSlim _first = new(1);
    private bool _hasEntered;

    /// <summary>Null where there is no Dovecot.</summary>
    public DovecotServer? Server { get; private set; }

    public SlowLine? Line { get; private set; }

    public Uri Url { get; private set; } = null!;

    /// <summary>A folder below an allowed root.</summary>
    public string BackupTarget => Path.Combine(_installation.Data + "-backups", "first");

    public static string Sample(string name) => Path.Combine(Installation.Samples, "eml", name);

    public async ValueTask InitializeAsync()
    {
        await _installation.MustAsync("store", "create", "2026");
        await _installation.MustAsync("profile", "add", Samples, "--source", "eml", "--path", Path.Combine(Installation.Samples, "eml"));
        await _installation.MustAsync("run", "RunProfile", $"--name={Samples}");
        var code = (await _installation.MustAsync("key", "recovery-code")).Output.TrimEnd().Split('\n')[^1];
        await File.WriteAllTextAsync(Path.Combine(_installation.Directory, "code.txt"), code);
        await _installation.MustAsync("key", "confirm", "--recovery-code-file", "code.txt");
        if (DovecotServer.Missing is null)
        {
            Server = await DovecotServer.StartAsync();
            Line = new SlowLine(Server.ImapsPort);
            Fill("kimura", 120);
            Fill("ogawa", 120);
            await AddMailboxAsync(Slow, "ogawa", DovecotServer.Password);
        }

        (_, Url) = await _installation.ServeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _installation.DisposeAsync();
        if (Server is not null)
        {
            await Line!.DisposeAsync();
            await Server.DisposeAsync();
        }

        _first.Dispose();
    }

    /// <summary>Logs in as the first administrator; the first time with the password of the file, which must be changed.</summary>
    internal async Task<Person> EnterAsync(Chromium chromium, string locale = "en-US", int width = 1280, int height = 900)
    {
        var person = await chromium.OpenAsync(Url, locale, width, height);
        await _first.WaitAsync();
        try
        {
            if (!_hasEntered)
            {
                var lines = await File.ReadAllLinesAsync(Path.Combine(_installation.Data, "first-login.txt"));
                var handed = lines[1]["Password: ".Length..];
                await person.LogInAsync("admin", handed);
                await person.Page.Locator("#current").FillAsync(handed);
                await person.Page.Locator("#chosen").FillAsync(Password);
                await person.Page.Locator("#again").FillAsync(Password);
                await person.Page.Locator(".aj-plain-form button").ClickAsync();
                await person.LiveAsync();
                _hasEntered = true;
                return person;
            }
        }
        finally
        {
            _first.Release();
        }

        await person.LogInAsync("admin", Password);
        return person;
    }

    /// <summary>A profile of a mailbox behind the <see cref="Line"/>.</summary>
    internal async Task AddMailboxAsync(string name, string user, string password)
    {
        await File.WriteAllTextAsync(Path.Combine(_installation.Directory, "password.txt"), password);
        await DoAsync(
            "profile", "add", name, "--source", "imap", "--host", Server!.Host, "--port", $"{Line!.Port}", "--security", "tls",
            "--ca-file", Server.AuthorityPemPath, "--user", user, "--password-file", "password.txt");
    }

    internal Task DoAsync(params string[] words) => _installation.MustAsync(words);

    /// <summary>Asks for something that need not come to a good end.</summary>
    internal Task TryAsync(params string[] words) => _installation.RunAsync(words);

    /// <summary>Four weeks of made-up archiving before today.</summary>
    internal async Task AddPastAsync()
    {
        await using var services = new ServiceCollection().AddLogging().AddMasterSqlite(Path.Combine(_installation.Data, "master.db")).BuildServiceProvider();
        await using var db = await services.GetRequiredService<IDbContextFactory<MasterContext>>().CreateDbContextAsync();
        for (var day = 29; day > 0; day--)
        {
            var at = TimeProvider.System.GetUtcNow().Date.AddDays(-day).AddHours(3);
            var count = at.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 90 + (day * 7 % 60) : 900 + (day * 137 % 700);
            var seen = count + 4000;
            var isBad = day == 9;
            db.JobRuns.Add(new JobRun
            {
                Key = Guid.NewGuid(), Kind = "RunProfile", ArgumentsJson = $$"""{"name":"{{Samples}}"}""", Identity = $"past {day}", Queue = "b-archive", RequestedBy = "scheduler",
                Trigger = RunTrigger.Schedule, State = isBad ? RunState.Failed : RunState.Succeeded,
                SituationJson = isBad ? SituationJson.Write(new Situation(SituationKeys.HostRefused, ErrorClass.TransientNetwork).With("host", "imap.example.jp").With("port", 993).With("p", Samples)) : null,
                StateSince = at, CreatedAt = at.AddMinutes(-9), StartedAt = at.AddMinutes(-9), EndedAt = at,
                StoreId = 1, Epoch = 1,
                ResultJson = $$"""
                    {"counters":{"seen":{{seen}},"archived":{{(isBad ? count - 1 : count)}},"alreadyHeld":4000,"filtered":0,"failed":{{(isBad ? 1 : 0)}},"quarantined":0},"newMessages":{{count}},"newBytes":{{count * 61_000L}}}
                    """,
            });
        }

        await db.SaveChangesAsync();
    }

    /// <summary>Skips where there is no Dovecot and nobody requires one.</summary>
    internal void NeedServer()
    {
        Assert.SkipWhen(Server is null && !DovecotServer.IsRequired, DovecotServer.Missing ?? "");
        Assert.NotNull(Server);
    }

    private void Fill(string user, int count)
    {
        var filling = string.Concat(Enumerable.Repeat("The quick brown fox jumps over the lazy dog again.\r\n", 400));
        Server!.AddFolder(user, "INBOX");
        for (var i = 0; i < count; i++)
        {
            var mail = $"From: a@example.com\r\nTo: {user}@example.jp\r\nSubject: Letter {i} to {user}\r\nDate: Tue, 03 Nov 2026 08:30:00 +0900\r\nMessage-ID: <{user}{i}@example.com>\r\n\r\n{i} {filling}";
            Server.Deliver(user, i % 3 == 0 ? "Projects/2026" : "INBOX", Encoding.ASCII.GetBytes(mail));
        }
    }
}

[CollectionDefinition(nameof(Office))]
public sealed class OfficeTests : ICollectionFixture<Office>;
