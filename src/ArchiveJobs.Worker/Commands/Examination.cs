using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Jobs.Backups;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Settings;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Certificates;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Worker.Commands;

/// <param name="Level">ok, warn, fail or note.</param>
internal sealed record Finding(string Level, string Subject, string Text);

/// <summary>Looks at what an installation needs, one thing after the other.</summary>
internal sealed class Examination(CommandContext context)
{
    private const long LowSpace = 1_000_000_000;

    private readonly List<Finding> _findings = [];

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        LookAtDirectory();
        await LookAtDatabaseAsync(cancellationToken);
        await LookAtStoresAsync(cancellationToken);
        await LookAtBackupsAsync(cancellationToken);
        await LookAtProfilesAsync(cancellationToken);
        await LookAtRunsAsync(cancellationToken);
        await LookAtAlertsAsync(cancellationToken);
        LookAtCertificate();
        Add("note", "in the clear", "catalog and search index of each store are readable on this machine; segments and backups are encrypted");
        return _findings;
    }

    private void Add(string level, string subject, string text) => _findings.Add(new Finding(level, subject, text));

    private void LookAtDirectory()
    {
        var data = context.Data;
        var free = new DriveInfo(data.Root).AvailableFreeSpace;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(data.Root) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)) != 0)
        {
            Add("warn", "data directory", $"{data.Root} is open to others. Close it: chmod 700 {data.Root}");
            return;
        }

        Add(free < LowSpace ? "warn" : "ok", "data directory", $"{data.Root}, {Numbers.Size(free)} free");
    }

    private async Task LookAtDatabaseAsync(CancellationToken cancellationToken)
    {
        var provider = context.Get<IMasterProvider>();
        if (!provider.IsSingleHost)
        {
            // What is here has been read and found to be of this version, or no command would run.
            var difference = (await provider.ReadClockAsync(cancellationToken) - context.Get<TimeProvider>().GetUtcNow()).Duration();
            Add(difference > TimeSpan.FromSeconds(2) ? "warn" : "ok", "master database", $"{provider.Name} on {provider.Server}, clocks differ by {difference.TotalSeconds:0.0} s");
            return;
        }

        await using var master = await context.Get<IDbContextFactory<MasterContext>>().CreateDbContextAsync(cancellationToken);
        var answer = await master.Database.SqlQueryRaw<string>("PRAGMA quick_check").ToListAsync(cancellationToken);
        if (answer is ["ok"])
        {
            Add("ok", "master database", "SQLite, integrity checked");
        }
        else
        {
            Add("fail", "master database", $"SQLite reports: {Printable.Shorten(string.Join("; ", answer), 300)}");
        }
    }

    private async Task LookAtStoresAsync(CancellationToken cancellationToken)
    {
        var book = context.Get<IStoreBook>();
        var stores = await book.ListAsync(cancellationToken);
        if (stores.Count == 0)
        {
            Add("warn", "stores", "none yet. Make one: archivejobs store create NAME");
            return;
        }

        foreach (var entry in stores)
        {
            await LookAtStoreAsync(book, entry, cancellationToken);
        }

        if (!stores.Any(store => store.State == nameof(StoreState.ArchiveHere)))
        {
            Add("fail", "stores", "no store takes new mail");
        }
    }

    private async Task LookAtStoreAsync(IStoreBook book, StoreEntry entry, CancellationToken cancellationToken)
    {
        var subject = $"store {entry.Id}";
        try
        {
            var store = await book.OpenAsync(entry, cancellationToken);
            var numbers = await store.ReadStatisticsAsync(cancellationToken);
            var takes = entry.State == nameof(StoreState.ArchiveHere) ? "; takes new mail" : "";
            Add(entry.State == nameof(StoreState.Damaged) ? "fail" : "ok", subject,
                $"\"{entry.Name}\", {entry.State}, {Numbers.Count(numbers.Messages, "message", "messages")}, {Numbers.Size(numbers.StoredBytes)}{takes}");
            var coverage = await context.Get<IStoreSearch>().ReadCoverageAsync(store, cancellationToken);
            if (!coverage.IsComplete)
            {
                Add("warn", subject, $"search stands at commit {Numbers.Count(coverage.IndexedCommit)} of {Numbers.Count(coverage.HeadCommit)}; a host catches up by itself");
            }
        }
        catch (ArchiveException e)
        {
            Add("fail", subject, $"\"{entry.Name}\": {e.Message}");
        }
    }

    private async Task LookAtBackupsAsync(CancellationToken cancellationToken)
    {
        var warning = KeyCommands.StandingWarning(context.Get<IRecoveryCodes>());
        Add(warning is null ? "ok" : "warn", "recovery code", warning ?? "confirmed");
        var targets = await context.Get<BackupTargets>().ListAsync(cancellationToken);
        foreach (var target in targets)
        {
            var age = context.Get<TimeProvider>().GetUtcNow() - target.At;
            var isOld = age > TimeSpan.FromDays(2);
            var text = $"{target.Path}: last one, number {target.Generation}, is {Numbers.Duration(age)} old{(target.IsWhole ? "" : " and incomplete")}";
            Add(target.IsWhole && !isOld ? "ok" : "warn", "backup", target.IsWhole && !isOld ? text : $"{text}. Make one: archivejobs run CreateBackup --path={target.Path}");
        }

        if (targets.Count == 0)
        {
            Add("warn", "backup", "none yet. Make one: archivejobs run CreateBackup --path=DIR");
        }
    }

    private async Task LookAtProfilesAsync(CancellationToken cancellationToken)
    {
        var profiles = await context.Get<ProfileBook>().ListAsync(cancellationToken);
        var before = _findings.Count;
        foreach (var entry in profiles)
        {
            foreach (var warning in ProfileCommands.StandingWarnings(entry.Profile.SourceKind, entry.Profile.Settings))
            {
                Add("warn", "profiles", $"\"{entry.Profile.Name}\": {warning}");
            }

            foreach (var mailbox in entry.Mailboxes.Where(mailbox => mailbox.CircuitOpenSince is not null))
            {
                Add("fail", "profiles", $"\"{entry.Profile.Name}\": the password of {mailbox.LoginName} is refused. Enter the current one: archivejobs profile set {entry.Profile.Name} --password-file FILE");
            }
        }

        if (_findings.Count == before)
        {
            Add("ok", "profiles", Numbers.Count(profiles.Count, "profile", "profiles"));
        }
    }

    private async Task LookAtAlertsAsync(CancellationToken cancellationToken)
    {
        var channels = await context.Get<IAlertService>().ListChannelsAsync(cancellationToken);
        if (!channels.Any(channel => channel.IsEnabled))
        {
            Add("warn", "alerts", "no channel: nobody is told when a run fails. Add one: archivejobs alert smtp --help");
            return;
        }

        foreach (var channel in channels)
        {
            if (channel.Abandoned > 0)
            {
                Add("fail", "alerts", $"{Numbers.Count(channel.Abandoned, "alert", "alerts")} over \"{channel.Name}\" given up. Send a test: archivejobs alert test {channel.Id}");
            }

            var tells = channel.IsEnabled ? "" : ", turned off";
            Add(channel.Waiting > 0 ? "warn" : "ok", "alerts", $"\"{channel.Name}\": {channel.Summary}{tells}{(channel.Waiting > 0 ? $"; {Numbers.Count(channel.Waiting)} waiting to be delivered" : "")}");
        }
    }

    private void LookAtCertificate()
    {
        try
        {
            if (context.Get<CertificateShelf>().Read() is { } certificate)
            {
                Add(CertificateText.LevelOf(certificate, context.Get<TimeProvider>().GetUtcNow()), "certificate", CertificateText.StateOf(certificate, context.Get<TimeProvider>().GetUtcNow()));
            }
        }
        catch (CommandException e)
        {
            Add("fail", "certificate", e.Message);
        }
    }

    private async Task LookAtRunsAsync(CancellationToken cancellationToken)
    {
        var runs = context.Get<IRunService>();
        var before = _findings.Count;
        foreach (var state in new[] { RunState.Blocked, RunState.Waiting })
        {
            foreach (var run in (await runs.ListAsync(new RunFilter { State = state }, null, 20, cancellationToken)).Select(ShownRun.Of))
            {
                var what = run.Cause is { } cause ? $": {Sentences.What(run, cause)} {Sentences.ToDo(run, cause)}" : "";
                Add(state == RunState.Blocked ? "fail" : "warn", "runs", $"run {run.Id}, {Titles.Of(run)}, {Titles.OfState(run)}{what}");
            }
        }

        if (_findings.Count == before)
        {
            Add("ok", "runs", "none waits or is blocked");
        }
    }
}
