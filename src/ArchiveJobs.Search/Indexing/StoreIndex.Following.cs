using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Search.Indexing;

/// <content>Taking over what the store holds beyond the checkpoint.</content>
internal sealed partial class StoreIndex
{
    public async Task<IndexCoverage> CatchUpAsync(IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await CatchUpInTurnAsync(store, progress, cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<IndexCoverage> CatchUpInTurnAsync(IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken)
    {
        var head = store.HeadCommit;
        var hasRebuilt = false;
        var work = new WorkTally(progress, "index", null);
        while (true)
        {
            var generation = OpenForWriting(store);
            var from = generation.ReadCheckpoint().Commit;
            if (from >= head)
            {
                using var lease = generation.Borrow();
                return CoverageOf(store, lease);
            }

            try
            {
                await FollowForAWhileAsync(generation, store, from, work, cancellationToken);
            }
            catch (IndexFailedException e) when (IndexDamage.Is(e.InnerException!) && !hasRebuilt)
            {
                // Begin again from nothing, once: a disk that breaks the second index too needs a person.
                hasRebuilt = true;
                Discard(store, e.InnerException!);
            }
            catch (IndexFailedException e)
            {
                CloseAfterFailure();
                throw Failures.CannotWrite(store.Location, e.InnerException!);
            }
        }
    }

    // One turn of the host's slot: ends with a commit, at the head or after the interval, so that other stores get theirs.
    private async Task FollowForAWhileAsync(IndexGeneration generation, IArchiveStore store, long from, WorkTally work, CancellationToken cancellationToken)
    {
        await slots.Following.WaitAsync(cancellationToken);
        try
        {
            await using var pump = new IndexPump(generation);
            await FeedAsync(pump, store, from, work, options.CommitInterval, cancellationToken);
            await pump.CompleteAsync(cancellationToken);
        }
        finally
        {
            slots.Following.Release();
        }
    }

    /// <summary>Puts the changes after a commit; the checkpoint never passes what was put.</summary>
    private async Task FeedAsync(IndexPump pump, IArchiveStore store, long from, WorkTally work, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var head = store.HeadCommit;
        var covered = from;
        var last = from;
        await foreach (var item in store.ReadFeedAsync(from, cancellationToken))
        {
            if (item.Commit - 1 > covered)
            {
                covered = item.Commit - 1;
                await pump.SetCheckpointAsync(new Checkpoint(store.Incarnation, covered), cancellationToken);
                if (time.GetElapsedTime(started) > atMost)
                {
                    return;
                }
            }

            last = item.Commit;
            await TakeOverAsync(pump, item, cancellationToken);
            work.Show(pump);
        }

        // The feed has ended: it gave all of its last commit, and of the head seen before it began.
        covered = Math.Max(covered, Math.Max(head, last));
        await pump.SetCheckpointAsync(new Checkpoint(store.Incarnation, covered), cancellationToken);
        work.Log(pump);
    }

    /// <summary>A message that is damaged in the store is passed over: all others are found, and a verification names it.</summary>
    private static ValueTask TakeOverAsync(IndexPump pump, FeedItem item, CancellationToken cancellationToken) => item switch
    {
        { IsDeletion: true } => pump.DeleteAsync(item.Id, cancellationToken),
        { Message: { } message } => pump.PutAsync(message, false, cancellationToken),
        _ => ValueTask.CompletedTask,
    };

    /// <exception cref="ArchiveException">Another process writes (StoreBusy).</exception>
    private IndexGeneration OpenForWriting(IArchiveStore store)
    {
        lock (_gate)
        {
            TakeLock(store);
            Look(store);
            try
            {
                _current ??= CreateFirst(store);
                _current.OpenWriter(options.BufferMegabytes);
                return _current;
            }
            catch (Exception e) when (IndexDamage.Is(e))
            {
                MoveAside(store, _current?.Number, e);
                return _current = CreateFirst(store);
            }
            catch (IOException e)
            {
                throw Failures.CannotWrite(store.Location, e);
            }
        }
    }

    // Under the gate. Once locked, nobody else switches: what was opened before for searching may be outdated and is looked at again.
    private void TakeLock(IArchiveStore store)
    {
        if (_lock is not null)
        {
            return;
        }

        _lock = _files.TryLock() ?? throw Failures.Busy(store.Location);
        _files.Sweep(_files.ReadCurrent());
        _current?.Retire(false);
        _current = null;
    }

    private IndexGeneration CreateFirst(IArchiveStore store)
    {
        var number = TakeNumber();
        var generation = IndexGeneration.Create(number, _files.PathOf(number), new Checkpoint(store.Incarnation, 0), options.BufferMegabytes);
        _files.WriteCurrent(number);
        return generation;
    }

    // After a failed write Lucene's writer refuses further work: it is opened again from its last commit by the next call.
    private void CloseAfterFailure()
    {
        lock (_gate)
        {
            _current?.Retire(false);
            _current = null;
        }
    }
}
