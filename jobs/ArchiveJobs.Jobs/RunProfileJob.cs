using ArchiveJobs.Core;
using ArchiveJobs.Core.Archiving;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Jobs.Profiles;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Jobs;

/// <summary>Archives what is new in the mailboxes of a profile, and checks that the numbers add up.</summary>
public sealed class RunProfileJob(ProfileDirectory profiles, StoreDirectory directory, IArchiveStores stores, MessageArchiver archiver, TimeProvider time)
    : IJob<RunProfileJob.Arguments>, IRemembersSuccess<RunProfileJob.Arguments>
{
    /// <param name="Name">Of the profile.</param>
    /// <param name="MaxRate">Messages a second, null for no limit.</param>
    /// <param name="Rerendered">What to do when a server delivers other octets than those archived.</param>
    public sealed record Arguments(string Name, double? MaxRate = null, RerenderedDecision Rerendered = RerenderedDecision.Ask);

    private static readonly TimeSpan NoteInterval = TimeSpan.FromSeconds(1);

    public static string Kind => "RunProfile";

    public static StoreNeed StoreNeed => StoreNeed.Shared;

    public async Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) =>
        (await directory.FindTargetAsync((await profiles.GetAsync(arguments.Name, cancellationToken)).StoreId, cancellationToken)).Id;

    public async Task<bool> HasEverWorkedAsync(Arguments arguments, CancellationToken cancellationToken) =>
        (await profiles.GetAsync(arguments.Name, cancellationToken)).HasEverWorked;

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var profile = await profiles.GetAsync(arguments.Name, cancellationToken);
        var location = await directory.FindTargetAsync(profile.StoreId, cancellationToken);
        context.Log(WorkLogLevel.Information, $"archive profile \"{profile.Name}\" into store {location.Id} \"{location.Name}\"");
        var store = await stores.OpenAsync(location, cancellationToken);
        await using var session = await store.OpenSessionAsync(new RunScope(context.RunKey, context), await OpenOthersAsync(location, cancellationToken), cancellationToken);
        await NoteEarlierAttemptsAsync(store, context, cancellationToken);

        var plan = await profiles.PlanAsync(profile, context.IsByHand, cancellationToken);
        if (plan.Mailboxes.Count == 0 && plan.Held.Count > 0)
        {
            throw new ArchiveException(plan.Held[0].Situation, "The password of every mailbox of this profile was refused.");
        }

        var report = await ArchiveAsync(profile, plan, arguments, session, context, cancellationToken);
        return await ConcludeAsync(profile, plan, report, session, context, cancellationToken);
    }

    private async Task<ArchiveReport> ArchiveAsync(
        Profile profile, ProfilePlan plan, Arguments arguments, IArchiveSession session, RunContext context, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var notes = NoteProgressAsync(session, context, ended.Token);
        try
        {
            return await archiver.ArchiveAsync(
                new ArchivePlan(plan.Mailboxes, profile.Connections, arguments.MaxRate, arguments.Rerendered), session, context, cancellationToken);
        }
        finally
        {
            await ended.CancelAsync();
            await notes;
        }
    }

    private async Task<JobResult> ConcludeAsync(
        Profile profile, ProfilePlan plan, ArchiveReport report, IArchiveSession session, RunContext context, CancellationToken cancellationToken)
    {
        var balance = await session.ReadBalanceAsync(cancellationToken);
        await profiles.RememberAsync(profile, plan, report, cancellationToken);
        var named = Name(report, profile);
        context.ReportNumbers(ProfileNumbers.Of(balance, named));
        if (ProfileOutcome.FindStop(named) is { } stop)
        {
            throw stop;
        }

        var result = ProfileOutcome.Conclude(named, plan.Held, balance, ProfileNumbers.Of(balance, named));
        foreach (var notice in result.Notices)
        {
            context.ReportItem(notice);
        }

        if (result.Outcome != JobOutcome.CompletedWithErrors)
        {
            await profiles.RememberSuccessAsync(profile.Id, context.RunId, cancellationToken);
        }

        return result;
    }

    /// <summary>Sources do not know the profile they are read for; people do.</summary>
    private static ArchiveReport Name(ArchiveReport report, Profile profile) => new([.. report.Mailboxes.Select(mailbox => mailbox with
    {
        Failure = mailbox.Failure is { } failure
            ? new ArchiveException(Name(failure.Situation, profile).With("b", mailbox.Name), failure.Message, failure)
            : null,
        Notices = [.. mailbox.Notices.Select(notice => Name(notice, profile))],
    })]);

    private static Situation Name(Situation situation, Profile profile)
    {
        var named = situation.With("p", profile.Name);
        return named.Values.ContainsKey("host") || profile.Settings.Host.Length == 0 ? named : named.With("host", profile.Settings.Host);
    }

    private async Task<IReadOnlyList<IArchiveStore>> OpenOthersAsync(StoreLocation target, CancellationToken cancellationToken)
    {
        var others = new List<IArchiveStore>();
        foreach (var location in await directory.ListAsync(cancellationToken))
        {
            if (location.Id != target.Id)
            {
                await AddAsync(others, location, cancellationToken);
            }
        }

        return others;
    }

    /// <summary>A store of another host is not looked at: what it holds already is then stored in the target too, never lost.</summary>
    private async Task AddAsync(List<IArchiveStore> others, StoreLocation location, CancellationToken cancellationToken)
    {
        try
        {
            others.Add(await stores.OpenAsync(location, cancellationToken));
        }
        catch (ArchiveException e) when (e.Situation.Key == SituationKeys.StoreElsewhere)
        {
            // Its owner has its catalog.
        }
    }

    /// <summary>An attempt that died told the ledger nothing of its last commits; the store knows them.</summary>
    private static async Task NoteEarlierAttemptsAsync(IArchiveStore store, RunContext context, CancellationToken cancellationToken)
    {
        if (context.Attempt == 1)
        {
            return;
        }

        var decided = (await store.ReadBalanceAsync(context.RunKey, cancellationToken)).Total.Seen;
        var checkpoint = ProfileCheckpoint.Parse(context.Checkpoint);
        if (decided > checkpoint.Decided)
        {
            await context.CheckpointAsync(new ProfileCheckpoint(decided).ToJson(), cancellationToken);
        }
    }

    private async Task NoteProgressAsync(IArchiveSession session, RunContext context, CancellationToken cancellationToken)
    {
        var decided = ProfileCheckpoint.Parse(context.Checkpoint).Decided;
        long noted = 0;
        using var timer = new PeriodicTimer(NoteInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var committed = session.Committed;
                context.ReportNumbers(ProfileNumbers.Live(committed));
                if (committed.Items > noted)
                {
                    noted = committed.Items;
                    await context.CheckpointAsync(new ProfileCheckpoint(decided + noted).ToJson(), cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The archiving has ended; its own result says how.
        }
    }
}
