using ArchiveJobs.Core.Situations;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>One cause and the runs that failed by it; newest first.</summary>
public sealed record Need(Situation? Cause, IReadOnlyList<RunSummary> Runs)
{
    public RunSummary Latest => Runs[0];
}

/// <summary>What waits for a person: one item a cause, also when a hundred runs failed by it.</summary>
internal sealed class Needs(IRunService runs)
{
    private const int LookedAt = 200;

    public async Task<IReadOnlyList<Need>> ListAsync(CancellationToken cancellationToken)
    {
        var bad = await runs.ListAsync(new RunFilter { NeedsPerson = true }, null, LookedAt, cancellationToken);
        return [.. bad.GroupBy(CauseOf).Select(group => new Need(group.First().Situation, [.. group])).OrderByDescending(need => need.Runs.Count)];
    }

    public async Task<int> CountAsync(CancellationToken cancellationToken) =>
        (await runs.ListAsync(new RunFilter { NeedsPerson = true }, null, LookedAt, cancellationToken)).Count;

    /// <summary>The same key about the same host or store is the same cause; a run that gave no reason is one of its own.</summary>
    private static string CauseOf(RunSummary run)
    {
        if (run.Situation is not { } situation)
        {
            return $"run {run.Id}";
        }

        var values = situation.Values;
        var place = values.GetValueOrDefault("host") ?? values.GetValueOrDefault("s") ?? values.GetValueOrDefault("p") ?? values.GetValueOrDefault("file");
        return $"{situation.Key}|{place}|{run.State}";
    }
}
