using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Search.Indexing;

/// <content>Building a new generation beside the present one, which is searched and follows the store meanwhile.</content>
internal sealed partial class StoreIndex
{
    public async Task<IndexCoverage> RebuildAsync(IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken)
    {
        await _rebuildTurn.WaitAsync(cancellationToken);
        try
        {
            await slots.Rebuilding.WaitAsync(cancellationToken);
            try
            {
                return await RebuildInTurnAsync(store, progress, cancellationToken);
            }
            finally
            {
                slots.Rebuilding.Release();
            }
        }
        finally
        {
            _rebuildTurn.Release();
        }
    }

    private async Task<IndexCoverage> RebuildInTurnAsync(IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken)
    {
        var next = Begin(store);
        var isSwitched = false;
        try
        {
            await FillAsync(next, store, progress, cancellationToken);
            await SwitchAsync(next, store, progress, cancellationToken);
            isSwitched = true;
        }
        catch (IndexFailedException e)
        {
            throw Failures.CannotWrite(store.Location, e.InnerException!);
        }
        finally
        {
            if (!isSwitched)
            {
                next.Retire(true);
            }
        }

        using var lease = next.Borrow();
        return CoverageOf(store, lease);
    }

    private IndexGeneration Begin(IArchiveStore store)
    {
        lock (_gate)
        {
            TakeLock(store);
            var number = TakeNumber();
            return IndexGeneration.Create(number, _files.PathOf(number), new Checkpoint(store.Incarnation, 0), options.BufferMegabytes);
        }
    }

    private async Task FillAsync(IndexGeneration next, IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken)
    {
        var head = store.HeadCommit;
        var statistics = await store.ReadStatisticsAsync(cancellationToken);
        var work = new WorkTally(progress, "rebuild index", statistics.Messages);
        await using var pump = new IndexPump(next);

        // A message that is damaged is not found any more; all others are.
        void Report(ContentId id, ArchiveException failure) => progress.Log(WorkLogLevel.Error, failure.Message);
        await foreach (var message in store.ReadAllAsync(Report, cancellationToken))
        {
            await pump.PutAsync(message, true, cancellationToken);
            work.Show(pump);
        }

        // Messages committed meanwhile may have been met or not: the gap brings them (again), replacing.
        await pump.SetCheckpointAsync(new Checkpoint(store.Incarnation, head), cancellationToken);
        await FeedAsync(pump, store, head, work, TimeSpan.MaxValue, cancellationToken);
        await pump.CompleteAsync(cancellationToken);
    }

    private async Task SwitchAsync(IndexGeneration next, IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken)
    {
        // Nothing follows the present generation any more: what is left is the little that came since the fill.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await using (var pump = new IndexPump(next))
            {
                var work = new WorkTally(progress, "rebuild index", null);
                await FeedAsync(pump, store, next.ReadCheckpoint().Commit, work, TimeSpan.MaxValue, cancellationToken);
                await pump.CompleteAsync(cancellationToken);
            }

            Switch(next);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Switch(IndexGeneration next)
    {
        lock (_gate)
        {
            _files.WriteCurrent(next.Number);
            var former = _current;
            _current = next;
            if (former is not null)
            {
                former.Retire(true);
            }
            else
            {
                _files.Sweep(next.Number);
            }
        }
    }
}
