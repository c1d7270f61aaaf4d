using System.Text.Json.Nodes;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;
using ArchiveJobs.Worker.Hosting;

namespace ArchiveJobs.Worker.Commands;

/// <summary>The steps of the demo, each with a bar while it works and one line when it is done.</summary>
internal sealed partial class Demonstration(CommandContext context, string samples, DemoPlaces places)
{
    private const string Query = "見積";

    private static readonly (string Name, string Kind, string Path, string User)[] Sources =
        [("Sample mbox", "mbox", "mbox", "team"), ("Sample Maildir", "maildir", "maildir/sato", "sato"), ("Sample EML", "eml", "eml", "samples")];

    private readonly TimeProvider _time = context.Get<TimeProvider>();
    private int _step;

    /// <returns>False when a step did not come to the end that it should.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var entry = await context.Get<IStoreBook>().CreateAsync("Demo", archiveHere: true, Environment.UserName, cancellationToken);
        var store = await context.Get<IStoreBook>().OpenAsync(entry, cancellationToken);
        return await ArchiveAsync(cancellationToken)
            && await VerifyAsync(store, cancellationToken)
            && await SearchAsync(store, cancellationToken)
            && await DeleteAsync(store, cancellationToken)
            && await CompactAsync(cancellationToken)
            && await MakeRecoveryCodeAsync(cancellationToken)
            && await BackUpAsync(cancellationToken)
            && await VerifyBackupAsync(cancellationToken)
            && await FailAsync(cancellationToken)
            && await ScheduleAsync(cancellationToken);
    }

    private async Task<bool> ArchiveAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        long seen = 0, archived = 0, fresh = 0;
        foreach (var (name, kind, path, user) in Sources)
        {
            var profile = new Profile { Name = name, SourceKind = kind, Settings = new ProfileSettings { Path = Path.Combine(samples, path), Exclude = ["none"] } };
            await context.Get<ProfileBook>().AddAsync(profile, [new Account(user, null, null, user)], Environment.UserName, cancellationToken);
            var run = await RunJobAsync("RunProfile", [new("name", name)], cancellationToken);
            if (!run.State.IsGood() || run.Numbers?["counters"] is not JsonObject counters)
            {
                return false;
            }

            seen += BalanceTable.Count(counters, "seen");
            archived += BalanceTable.Count(counters, "archived");
            fresh += BalanceTable.Count(run.Numbers, "newMessages");
        }

        ShowStep("archive", $"{Sources.Length} mailboxes, {Numbers.Count(seen, "message", "messages")}: seen {Numbers.Count(seen)} = archived {Numbers.Count(archived)}; {Numbers.Count(fresh)} stored, {Numbers.Count(archived - fresh)} shared with others", started);
        return true;
    }

    private async Task<bool> VerifyAsync(IArchiveStore store, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var run = await RunJobAsync("VerifyStore", [new("id", "1"), new("level", "reassemble")], cancellationToken);
        if (!run.State.IsGood())
        {
            return false;
        }

        var held = (await store.ReadStatisticsAsync(cancellationToken)).Messages;
        var read = run.Numbers is { } numbers && numbers.ContainsKey("messages") ? BalanceTable.Count(numbers, "messages") : held;
        ShowStep("verify", $"{Numbers.Count(read)} of {Numbers.Count(held)} messages read back byte for byte", started);
        return read == held;
    }

    private async Task<bool> SearchAsync(IArchiveStore store, CancellationToken cancellationToken)
    {
        var page = await FindAsync(store, Query, cancellationToken);
        if (page.Hits.Count > 0)
        {
            await using var octets = await store.OpenMessageAsync(page.Hits[0].Id, cancellationToken)
                ?? throw new CommandException(ExitCodes.Failed, $"Message {page.Hits[0].Id} was found and cannot be opened.");
            await ShowMessageAsync(octets, lines: 12, cancellationToken);
        }

        var shown = page.Hits.Count > 0 ? "; first one shown above" : "";
        ShowStep("search", $"\"{Query}\" found {Numbers.Count(page.Total, "message", "messages")}, {Math.Max(1, (long)page.Took.TotalMilliseconds)} ms{shown}", null);
        return page.Hits.Count > 0;
    }

    /// <summary>In all that the store holds now.</summary>
    private async Task<SearchPage> FindAsync(IArchiveStore store, string query, CancellationToken cancellationToken)
    {
        await context.Get<IndexFollowers>().CatchUpAsync(store, NoProgress.Instance, cancellationToken);
        return await context.Get<IStoreSearch>().SearchAsync(store, new SearchRequest(query, 0, 10, NewestFirst: false), cancellationToken);
    }

    private async Task ShowMessageAsync(Stream octets, int lines, CancellationToken cancellationToken)
    {
        var text = await MessageText.ReadAsync(octets, cancellationToken);
        foreach (var (name, value) in text.Headers)
        {
            context.Line($"    {name + ":",-12} {value}");
        }

        context.Line();
        foreach (var line in text.Body.TrimEnd().ReplaceLineEndings("\n").Split('\n').Take(lines))
        {
            context.Line(("    " + line).TrimEnd());
        }

        context.Line();
    }

    private async Task<ShownRun> RunJobAsync(string kind, List<KeyValuePair<string, string?>> words, CancellationToken cancellationToken)
    {
        var run = await RunQuietlyAsync(kind, words, cancellationToken);
        if (!run.State.IsGood())
        {
            new RunReport(context).ShowLastLine(run);
        }

        return run;
    }

    private Task<ShownRun> RunQuietlyAsync(string kind, List<KeyValuePair<string, string?>> words, CancellationToken cancellationToken) =>
        QuietRun.RunAsync(context, kind, context.Get<JobRegistry>().Get(kind).ParseOptions(words), cancellationToken);

    /// <summary>Short where it can be copied all the same.</summary>
    private string Shown(string path) =>
        Path.GetRelativePath(context.Caller.Directory, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : path;

    private void ShowStep(string name, string result, long? started)
    {
        var took = started is { } from ? Numbers.Duration(_time.GetElapsedTime(from)) : "";
        context.Line($"{++_step,2} {name,-13} {Printable.PadRight(result, 86)} {took}".TrimEnd());
    }
}
