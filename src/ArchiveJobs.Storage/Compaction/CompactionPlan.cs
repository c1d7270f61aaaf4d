using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Storage.Compaction;

/// <summary>Chooses the segments to rewrite, and which of them go together into one replacement.</summary>
internal static class CompactionPlan
{
    private const int SmallShare = 4;         // Small is below a quarter of the target.
    private const int MaxSources = 16;        // The writer decides about one group in one turn: it must not wait for long.
    private const int MaxSourceTargets = 4;   // Work that a cancellation throws away at most.

    /// <param name="measures">In the order of their segments.</param>
    /// <param name="segmentBytes">Target size.</param>
    /// <param name="keyVersion">The latest.</param>
    /// <returns>Those that give most back first.</returns>
    public static IReadOnlyList<IReadOnlyList<SegmentMeasure>> Make(IReadOnlyList<SegmentMeasure> measures, CompactionOptions options, long segmentBytes, uint keyVersion)
    {
        var due = measures.Where(measure => IsDue(measure, options, keyVersion)).ToHashSet();
        var small = measures.Where(measure => measure.State.Length < segmentBytes / SmallShare && !due.Contains(measure)).ToList();
        if (small.Count >= options.SmallSegments)
        {
            due.UnionWith(small);
        }

        return [.. Group([.. measures.Where(due.Contains)], segmentBytes).OrderByDescending(group => group.Sum(measure => measure.State.Length - measure.EstimatedBytes))];
    }

    private static bool IsDue(SegmentMeasure measure, CompactionOptions options, uint keyVersion) =>
        (measure.LiveBytes < measure.EntryBytes && measure.DeadShare >= options.DeadShare) || measure.State.Header!.KeyVersion < keyVersion;

    private static List<List<SegmentMeasure>> Group(List<SegmentMeasure> due, long segmentBytes)
    {
        var groups = new List<List<SegmentMeasure>>();
        long estimate = 0;
        long bytes = 0;
        foreach (var measure in due)
        {
            estimate += measure.EstimatedBytes;
            bytes += measure.State.Length;
            if (groups.Count == 0 || groups[^1].Count == MaxSources || estimate > segmentBytes || bytes > segmentBytes * MaxSourceTargets)
            {
                groups.Add([]);
                (estimate, bytes) = (measure.EstimatedBytes, measure.State.Length);
            }

            groups[^1].Add(measure);
        }

        return groups;
    }
}
