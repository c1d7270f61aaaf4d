using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Writing;

namespace ArchiveJobs.Storage.Compaction;

/// <summary>
/// Compacts a store while its writer goes on: measures, copies group by group, and lets the writer retire what was copied. The order that nothing is lost by:
/// copy durable and read back, retirement durable, catalog, removal. A crash between any two leaves one copy too many, never one too few.
/// </summary>
/// <param name="directory">Of the segments.</param>
internal sealed class Compactor(
    StoreName name, string directory, StoreDescriptor store, StoreOptions storeOptions, CatalogReader catalog, StoreWriter writer, RetiredSegments retired,
    IFileSystem files, TimeProvider time, CompactionOptions options, IWorkProgress progress)
{
    private const int Attempts = 2;   // What was referenced again while a segment was copied is copied by the second try.

    private readonly CompactionTally _tally = new();

    /// <summary>Runs once.</summary>
    public async Task<CompactionReport> RunAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        await RollIfDueAsync(cancellationToken);
        var groups = CompactionPlan.Make(Measure(cancellationToken), options, storeOptions.SegmentBytes, store.Keys.LatestVersion);
        var total = groups.Sum(group => group.Sum(measure => measure.State.Length));
        long read = 0;
        foreach (var group in groups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (read >= (options.MaxBytes ?? long.MaxValue) || time.GetElapsedTime(started) >= (options.MaxTime ?? TimeSpan.MaxValue))
            {
                _tally.Leave(group.Count);
                continue;
            }

            await RewriteAsync([.. group], source => progress.Report("compaction", read += source.Length, Math.Max(read, total), read), cancellationToken);
        }

        return _tally.ToReport();
    }

    /// <summary>The segment being written has no footer to measure by: the number of its entries decides.</summary>
    private async Task RollIfDueAsync(CancellationToken cancellationToken)
    {
        await writer.TakeTurnAsync(
            turn =>
            {
                if (turn.OpenSegment is { } open && catalog.ReadEntries(open).Select(entry => entry.IsLive).ToList() is { Count: > 0 } entries
                    && entries.Contains(false) && entries.Count(isLive => !isLive) >= options.DeadShare * entries.Count)
                {
                    turn.Roll();
                }
            },
            cancellationToken);
    }

    private List<SegmentMeasure> Measure(CancellationToken cancellationToken)
    {
        using var compressor = Compressors.Create();
        var known = catalog.ReadSegments().ToDictionary(segment => segment.Segment);
        var states = SegmentList.Read(directory, store).Where(state => IsInUse(state, known.GetValueOrDefault(state.Id))).ToList();
        var measures = new List<SegmentMeasure>();
        foreach (var state in states)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                measures.Add(SegmentMeasure.Take(state, store.Keys, catalog, compressor));
            }
            catch (DamagedSourceException e)
            {
                _tally.Skip(e.Damage);
            }

            progress.Report("segments", measures.Count, states.Count, 0);
        }

        _tally.LookAt(states.Count);
        return measures;
    }

    /// <summary>Sealed, and not retired; a compacted one only when a commit names it.</summary>
    private static bool IsInUse(SegmentState state, Catalog.Reading.SegmentRecord? known) =>
        state.Trailer is not null && known?.RetiredCommit is null && (!state.IsCompacted || known is not null);

    private async Task RewriteAsync(List<SegmentMeasure> group, Action<SegmentState> advanced, CancellationToken cancellationToken)
    {
        for (var attempt = 1; group.Count > 0; attempt++)
        {
            ThrowIfFull(group.Sum(measure => measure.EstimatedBytes));
            try
            {
                if (await TryRewriteAsync(group, attempt == 1 ? advanced : _ => { }, cancellationToken))
                {
                    return;
                }
            }
            catch (DamagedSourceException e)
            {
                _tally.Skip(e.Damage);
                progress.Log(WorkLogLevel.Error, $"{e.Damage.File} at offset {e.Damage.Offset}: {e.Damage.What}. The segment is left as it is.");
                group.RemoveAll(measure => measure.State.Id == e.Segment);
                attempt--;
                continue;
            }

            if (attempt == Attempts)
            {
                _tally.Refuse(group.Count);
                return;
            }
        }
    }

    /// <returns>False when the writer refused: something in the sources is needed that was not when they were copied.</returns>
    private async Task<bool> TryRewriteAsync(List<SegmentMeasure> group, Action<SegmentState> advanced, CancellationToken cancellationToken)
    {
        var sources = group.ConvertAll(measure => measure.State);
        var copied = await CopyAsync(sources, advanced, cancellationToken);

        // From here on it may be named by a commit: it is removed only when the writer has refused it.
        if (!await RetireAsync(sources, copied))
        {
            Remove(copied.Sealed.Segment);
            return false;
        }

        var waiting = retired.Add(sources.Select(source => source.Id));
        _tally.Retire(group, copied, waiting);
        progress.Log(WorkLogLevel.Information, $"{copied.Sealed.Segment.FileName} replaces {string.Join(", ", sources.Select(source => source.Id.FileName))}");
        return true;
    }

    private async Task<CopiedSegment> CopyAsync(List<SegmentState> sources, Action<SegmentState> advanced, CancellationToken cancellationToken)
    {
        ClaimedSegment? target = null;
        await writer.TakeTurnAsync(turn => target = turn.Claim(), cancellationToken);
        CopiedSegment? copied = null;
        try
        {
            return copied = await Task.Run(() => new SegmentCopy(directory, store, catalog, files, time).Run(sources, target!, advanced, cancellationToken), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.From(e, name);
        }
        finally
        {
            // Crash before this: a file that no commit names, which the next opening removes.
            if (copied is null)
            {
                target!.File.Dispose();
                Remove(target.Id);
            }
        }
    }

    private async Task<bool> RetireAsync(List<SegmentState> sources, CopiedSegment copied)
    {
        var keys = copied.Places.Select(place => place.Key).ToHashSet();
        var isRefused = false;
        await writer.TakeTurnAsync(
            turn =>
            {
                isRefused = sources.Exists(source => catalog.ReadEntries(source.Id).Any(entry => entry.IsLive && !keys.Contains(entry.Key)));
                if (!isRefused)
                {
                    turn.State(sources.Select(source => new SegmentRetiredFact(source.Id, [copied.Sealed])));
                    turn.Locate(copied.Places);
                }
            },
            CancellationToken.None);
        return !isRefused;
    }

    private void ThrowIfFull(long needed)
    {
        var free = files.FreeBytes(directory);
        if (free < storeOptions.ReserveBytes + needed)
        {
            throw StoreFailure.Full(null, name, StoreFailure.NeedOf(free, storeOptions.ReserveBytes + needed));
        }
    }

    private void Remove(SegmentId segment)
    {
        try
        {
            files.Delete(Path.Combine(directory, segment.FileName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next opening removes it.
        }
    }
}
