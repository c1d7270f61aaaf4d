using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Ledger;
using ArchiveJobs.Scheduling.Retries;

namespace ArchiveJobs.Scheduling.Execution;

/// <summary>From what a job threw to the end of its attempt: gathers what <see cref="RetryPolicy"/> decides by.</summary>
internal sealed class FailureJudge(RunLedger ledger, MasterDatabase master, IRandomSource random, TimeProvider time)
{
    private const int MaxWords = 300;

    public async Task<AttemptEnd> JudgeAsync(Exception failure, JobRun run, JobKind kind, IServiceProvider services)
    {
        var now = time.GetUtcNow();
        var situation = SituationOf(failure);
        var earlier = await ledger.ListTriesAsync(run.Id, CancellationToken.None);
        var hasEverWorked = situation.Key != SituationKeys.HostUnknown || await HasEverWorkedAsync(run, kind, services);
        var plan = RetryPolicy.Decide(situation, earlier, hasEverWorked, now, random.NextFraction());
        var told = Complete(situation, run, earlier.Count > 0 ? earlier[0].StartedAt : now, now, plan);
        if (plan.Reason == RunReason.Disk && !told.Values.ContainsKey("n"))
        {
            // How many runs stand still, not how far this one has come.
            told = told.With("n", await ledger.CountWaitingForDiskAsync(run.Id, run.StoreId, CancellationToken.None) + 1);
        }

        return new AttemptEnd(
            new Transition(plan.State, plan.Reason, $"{situation.Key}: {failure.Message}") { Situation = told, NotBefore = plan.NotBefore },
            plan.IsCharged)
        {
            ErrorClass = RetryPolicy.ClassOf(situation, hasEverWorked),
        };
    }

    private Situation SituationOf(Exception failure) => failure is ArchiveException known
        ? known.Situation
        : master.Provider.Explain(failure) ?? new Situation(SituationKeys.RunUnexpected, ErrorClass.Unknown)
        {
            ServerWords = Cut($"{failure.GetType().Name}: {failure.Message}"),
        };

    private async Task<bool> HasEverWorkedAsync(JobRun run, JobKind kind, IServiceProvider services) =>
        await kind.HasEverWorkedAsync(services, run.ArgumentsJson, CancellationToken.None)
        ?? await ledger.HasEverWorkedAsync(run.Identity, CancellationToken.None);

    /// <summary>Adds what only the ledger knows and the sentence may need; what the job said stays.</summary>
    private static Situation Complete(Situation situation, JobRun run, DateTimeOffset since, DateTimeOffset now, RetryPlan plan)
    {
        var complete = situation;
        foreach (var (name, value) in new (string, object?)[]
        {
            ("job", run.Kind), ("run", run.Id), ("since", Stamp(since)), ("at", Stamp(now)), ("next", plan.NotBefore is { } next ? Stamp(next) : null),
        })
        {
            if (value is not null && !complete.Values.ContainsKey(name))
            {
                complete = complete.With(name, value);
            }
        }

        return complete;
    }

    private static string Stamp(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);

    private static string Cut(string words) => words.Length <= MaxWords ? words : words[..MaxWords];
}
