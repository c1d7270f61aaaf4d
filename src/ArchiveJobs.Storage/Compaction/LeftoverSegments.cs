using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Store;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Storage.Compaction;

/// <summary>
/// Clears up after a compaction that did not come to its end: copies that no commit names, and retired segments that were not removed.
/// Called when a writer is opened: the catalog knows all commits, and nobody else compacts.
/// </summary>
internal sealed class LeftoverSegments(StoreName store, string directory, string catalog, IFileSystem files, ILogger log)
{
    public void Remove(CommitLog commits, RetiredSegments retired)
    {
        using var reader = new CatalogReader(catalog);
        var known = reader.ReadSegments();
        RemoveUnnamed(commits.Compacted, known.Select(segment => segment.Segment).ToHashSet());
        var present = SegmentList.ReadNames(SegmentList.DirectoryOf(directory)).ToHashSet();
        var left = known.Where(segment => segment.RetiredCommit is not null && present.Contains(segment.Segment)).Select(segment => segment.Segment).ToList();
        if (left.Count == 0)
        {
            return;
        }

        if (FindMissing(commits, known) is { } missing)
        {
            StorageLog.RetiredStay(log, store.Id, missing.FileName);
            return;
        }

        retired.Add(left);
    }

    private void RemoveUnnamed(IReadOnlyList<SegmentState> compacted, HashSet<SegmentId> named)
    {
        foreach (var state in compacted.Where(state => !named.Contains(state.Id)))
        {
            try
            {
                files.Delete(state.Path);
                StorageLog.SegmentRemoved(log, store.Id, state.Id.FileName);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                StorageLog.SegmentNotRemoved(log, store.Id, state.Id.FileName, e.Message);
            }
        }
    }

    /// <summary>A segment in use that is not there as it was recorded: then what was retired may be all there is of something, and stays.</summary>
    private static SegmentId? FindMissing(CommitLog commits, IReadOnlyList<Catalog.Reading.SegmentRecord> known)
    {
        var digests = commits.Segments.Select(segment => segment.State).Concat(commits.Compacted)
            .Where(state => state.Trailer is not null).ToDictionary(state => state.Id, state => state.Trailer!.Sha256);
        return known.Where(segment => segment is { RetiredCommit: null, Sha256: not null })
            .Where(segment => !digests.TryGetValue(segment.Segment, out var digest) || digest != segment.Sha256)
            .Select(segment => (SegmentId?)segment.Segment).FirstOrDefault();
    }
}
