using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Compaction;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Store;
using ArchiveJobs.Storage.Verification;
using ArchiveJobs.Storage.Writing;

namespace ArchiveJobs.Storage.Backup;

/// <summary>A segment to be in the backup.</summary>
/// <param name="Length">Bytes of it that count.</param>
/// <param name="Sealed">Digest in its trailer; null when it was not sealed or does not verify.</param>
internal sealed record PlannedSegment(SegmentId Id, string Path, long Length, ContentId? Sealed);

/// <summary>What of one store is to be in the backup; its segments do not change any more.</summary>
/// <param name="Problems">Damage and gaps met in the store itself; what can be copied is copied all the same.</param>
internal sealed record StorePlan(
    StoreLocation Location, StoreDescriptor Descriptor, ChainHead Head, IReadOnlyList<PlannedSegment> Segments, IReadOnlyList<Damage> Problems)
{
    /// <summary>Brings everything handed in to segments that never change again, and lists them.</summary>
    /// <param name="pin">Held by the caller until all of them are copied.</param>
    /// <exception cref="ArchiveException">Another process writes the store (StoreBusy).</exception>
    public static async Task<StorePlan> MakeAsync(ArchiveStore store, SegmentPin pin, CancellationToken cancellationToken)
    {
        var rolled = await TryRollAsync(store, cancellationToken);
        return await Task.Run(() => List(store, pin, rolled), cancellationToken);
    }

    /// <summary>Null when the store cannot be written: full, read-only or damaged. A copy of it is wanted all the more, as it lies.</summary>
    private static async Task<ChainHead?> TryRollAsync(ArchiveStore store, CancellationToken cancellationToken)
    {
        try
        {
            return await store.RollAsync(cancellationToken);
        }
        catch (ArchiveException e) when (e.Situation.Class is ErrorClass.StoreCorrupt or ErrorClass.StoreFull or ErrorClass.StoreReadOnly)
        {
            return null;
        }
    }

    internal static StorePlan List(ArchiveStore store, SegmentPin pin, ChainHead? rolled)
    {
        var directory = SegmentList.DirectoryOf(store.Location.Path);

        // What is retired from here on is listed all the same: the backup ends before the commit that says so, and what replaces it counts only after that.
        var files = SegmentList.Locate(directory).Where(file => !pin.Retired.Contains(file.Id)).ToList();
        var log = CommitLog.Read(files, store.Descriptor);
        var head = rolled ?? log.Head;
        var logged = log.Segments.ToDictionary(segment => segment.State.Id);
        var planned = new List<PlannedSegment>();
        var compacted = log.Compacted.ToDictionary(segment => segment.Id);
        foreach (var file in files)
        {
            if (compacted.GetValueOrDefault(file.Id) is { } copy)
            {
                AddCopy(planned, copy);
                continue;
            }

            // Without a roll nobody writes here: all that lies behind a gap is wanted too.
            if (Plan(file, logged.GetValueOrDefault(file.Id), rolled?.Number ?? long.MaxValue) is { } segment)
            {
                planned.Add(segment);
            }
        }

        var present = planned.Select(segment => segment.Id).ToHashSet();
        var missing = LocatedSegments.Read(Path.Combine(store.Location.ViewsPath, Catalog.CatalogFile.FileName))
            .Where(id => !present.Contains(id) && !pin.Retired.Contains(id) && !File.Exists(Path.Combine(directory, id.FileName)))
            .Select(id => new Damage(id.FileName, 0, "the catalog has entries in this segment, but the file is missing"));
        return new StorePlan(store.Location, store.Descriptor, head, planned, [.. log.Damages, .. missing]);
    }

    /// <summary>What compaction made, once it is finished; before that all it holds lies elsewhere too.</summary>
    private static void AddCopy(List<PlannedSegment> planned, SegmentState copy)
    {
        if (copy.Trailer is not null || copy.LooksSealed)
        {
            planned.Add(new PlannedSegment(copy.Id, copy.Path, copy.Length, copy.Trailer?.Sha256));
        }
    }

    private static PlannedSegment? Plan(LocatedSegment file, LoggedSegment? segment, long head)
    {
        var length = new FileInfo(file.Path).Length;
        if (segment is null)
        {
            // Claimed and not begun; a longer one has a damaged header and is kept as it is.
            return length > SegmentHeader.Bytes ? new PlannedSegment(file.Id, file.Path, length, null) : null;
        }

        // Begun after the roll: the writer is at it.
        var isLater = segment.FirstCommit > head || (segment.FirstCommit == 0 && segment.State.Trailer is null);
        return isLater ? null
            : segment.State.Trailer is { } trailer ? new PlannedSegment(file.Id, file.Path, segment.State.Length, trailer.Sha256)
            : new PlannedSegment(file.Id, file.Path, segment.State.IsReadOnly ? segment.State.Length : segment.Scan!.GoodLength, null);
    }
}
