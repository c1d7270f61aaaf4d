using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using Lucene.Net.Index;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Search.Indexing;

/// <summary>The index of one store in this process: opens, follows, rebuilds, switches. Thread-safe.</summary>
/// <remarks>Lock order: <see cref="_rebuildTurn"/>, <see cref="_turn"/>, <see cref="_gate"/>.</remarks>
internal sealed partial class StoreIndex(string storePath, SearchOptions options, IndexSlots slots, TimeProvider time, ILogger logger) : IDisposable
{
    // Between two looks whether another process has committed or switched.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly System.Threading.Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly SemaphoreSlim _rebuildTurn = new(1);
    private readonly IndexFiles _files = new(storePath);
    private IndexGeneration? _current;
    private FileStream? _lock;
    private int _lastNumber;
    private long _lookedAt;

    /// <summary>A searcher over the present generation; null when there is no index (yet).</summary>
    /// <exception cref="Core.ArchiveException">Broken, and another process holds the lock (Derived).</exception>
    public IndexGeneration.Lease? Borrow(IArchiveStore store)
    {
        lock (_gate)
        {
            Look(store);
            return _current?.Borrow();
        }
    }

    /// <summary>A searcher ran into broken files: the generation is moved aside, the next catch-up builds it anew.</summary>
    public void Discard(IArchiveStore store, Exception damage)
    {
        lock (_gate)
        {
            MoveAside(store, _current?.Number, damage);
        }
    }

    /// <summary>Gives files and lock back; the index may be opened again.</summary>
    public async Task CloseAsync()
    {
        await _rebuildTurn.WaitAsync();
        await _turn.WaitAsync();
        lock (_gate)
        {
            _current?.Retire(false);
            _current = null;
            _lock?.Dispose();
            _lock = null;
        }

        _turn.Release();
        _rebuildTurn.Release();
    }

    public void Dispose()
    {
        _current?.Retire(false);
        _lock?.Dispose();
        _turn.Dispose();
        _rebuildTurn.Dispose();
    }

    public static IndexCoverage CoverageOf(IArchiveStore store, IndexGeneration.Lease? lease) =>
        new(lease?.Checkpoint.Commit ?? 0, store.HeadCommit, lease?.Documents ?? 0);

    // Under the gate. Opens what CURRENT names; notices what another process did.
    private void Look(IArchiveStore store)
    {
        if (_current is { IsWriting: true })
        {
            return; // the writer shows its searchers each commit by itself; a search never waits for documents to be written
        }

        if (_current is not null && time.GetElapsedTime(_lookedAt) < LookInterval)
        {
            return;
        }

        _lookedAt = time.GetTimestamp();
        var number = _files.ReadCurrent();
        try
        {
            if (_current is not null && _current.Number != number)
            {
                _current.Retire(false);
                _current = null;
            }

            _current ??= number is null ? null : OpenExisting(store, number.Value);
            _current?.Refresh();
        }
        catch (Exception e) when (IndexDamage.Is(e))
        {
            MoveAside(store, number, e);
        }
    }

    private IndexGeneration OpenExisting(IArchiveStore store, int number)
    {
        var generation = IndexGeneration.Open(number, _files.PathOf(number));
        var incarnation = generation.ReadCheckpoint().Incarnation;
        if (incarnation == store.Incarnation)
        {
            return generation;
        }

        generation.Retire(false);
        throw new CorruptIndexException("The index belongs to another incarnation of the store.");
    }

    // Under the gate. Only the holder of the lock touches the files: what looks broken here may be in the making there.
    private void MoveAside(IArchiveStore store, int? number, Exception damage)
    {
        var own = _lock;
        using var borrowed = own is null ? _files.TryLock() : null;
        if (own is null && borrowed is null)
        {
            throw Failures.Broken(store.Location, damage);
        }

        logger.IndexMovedAside(store.Location.Id, number ?? 0, damage);
        _current?.Retire(false);
        _current = null;
        _files.ForgetCurrent();
        if (number is { } broken)
        {
            _lastNumber = Math.Max(_lastNumber, broken);
            _files.MoveAside(broken);
        }
    }

    // Under the gate.
    private int TakeNumber() => _lastNumber = Math.Max(_lastNumber + 1, _files.NextNumber());
}
