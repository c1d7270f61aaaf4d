using System.Collections.Concurrent;
using System.Threading.Channels;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Buffers;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Writing;

/// <summary>
/// The one writer of a store in this process: takes what sessions hand in, in order, forms batches across runs, makes each durable by one commit,
/// then applies it to the catalog. After a failure that a second segment did not cure it refuses everything until the store is opened again.
/// </summary>
/// <remarks>
/// The order that nothing is lost by: blocks and commit appended, fsync, acknowledged, catalog. A crash between any two leaves less in the later ones, never more.
/// All fields below the queue belong to the one loop.
/// </remarks>
internal sealed class StoreWriter : IAsyncDisposable
{
    private const int QueueLength = 1024;
    private const int MaxUnappliedCommits = 4;
    private const int MaxSeen = 200_000;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(1);

    private readonly Channel<WriterRequest> _requests = Channel.CreateBounded<WriterRequest>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly ConcurrentDictionary<ContentId, byte> _seen = new();
    private readonly ConcurrentDictionary<FolderKey, byte> _touchedFolders = new();
    private readonly ConcurrentDictionary<(string Account, string Mailbox), byte> _touchedMailboxes = new();
    private readonly StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ICatalogWriter _catalog;
    private readonly CommitAppender _appender;
    private readonly BatchFiller _filler;
    private readonly AppliedHead _head;
    private readonly Queue<AppliedCommit> _unapplied = new();
    private readonly Task _loop;

    private Batch _batch = new();
    private long _batchStarted;
    private int _seenCount;
    private bool _isTrimmed;
    private ArchiveException? _failure;

    public StoreWriter(StoreName store, StoreOptions options, TimeProvider time, ICatalogWriter catalog, CommitAppender appender, BatchFiller filler, AppliedHead head)
    {
        Store = store;
        _options = options;
        _time = time;
        _catalog = catalog;
        _appender = appender;
        _filler = filler;
        _head = head;
        _loop = Task.Run(RunAsync);
    }

    public StoreName Store { get; }

    /// <summary>Set once; then only opening the store again helps.</summary>
    public ArchiveException? Failure => Volatile.Read(ref _failure);

    /// <summary>Archived a moment ago by this writer: a hint only.</summary>
    public bool WasSeen(ContentId id) => _seen.ContainsKey(id);

    public async ValueTask EnqueueAsync(WriterRequest request, CancellationToken cancellationToken)
    {
        Guard(request.Session);
        if (_requests.Writer.TryWrite(request))
        {
            return;
        }

        try
        {
            await _requests.Writer.WriteAsync(request, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            throw Failure ?? Closing();
        }
    }

    /// <summary>Runs a question on the writer's thread, behind everything handed in before. Its answer covers what concerns <paramref name="about"/>, or everything when null.</summary>
    public async Task AskAsync(ArchiveSession? session, FolderKey? about, Action<ICatalogWriter> answer, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await EnqueueAsync(new AskRequest(session, about, answer, done), cancellationToken);
        await done.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Does work between two batches; returns when what it states is durable and applied.</summary>
    public async Task TakeTurnAsync(Action<WriterTurn> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await EnqueueAsync(new TurnRequest(work, done), cancellationToken);

        // Not given up once it is in the queue: whether its facts are stated must be known.
        await done.Task;
    }

    /// <summary>
    /// Marks a folder as one that sessions of this writer concern themselves with. False the first time: then nothing of it waits in the queue,
    /// and the catalog tells all that is known of it without standing in line.
    /// </summary>
    public bool Touch(FolderKey folder)
    {
        _touchedMailboxes.TryAdd((folder.Account, folder.Mailbox), 0);
        return !_touchedFolders.TryAdd(folder, 0);
    }

    /// <summary>The same for all folders of a mailbox.</summary>
    public bool Touch(string account, string mailbox) => !_touchedMailboxes.TryAdd((account, mailbox), 0);

    /// <summary>Returns when everything handed in before is durable and applied.</summary>
    public Task FlushAsync(ArchiveSession? session, CancellationToken cancellationToken) => AskAsync(session, null, _ => { }, cancellationToken);

    /// <summary>Commits what was handed in before and seals the open segment.</summary>
    /// <returns>The last commit; the sealed segments hold all up to it.</returns>
    public async Task<ChainHead> RollAsync(CancellationToken cancellationToken)
    {
        var head = default(ChainHead);
        await AskAsync(null, null, _ =>
        {
            _appender.Roll();
            head = _appender.Head;
        }, cancellationToken);
        return head;
    }

    public async ValueTask DisposeAsync()
    {
        _requests.Writer.TryComplete();
        await _loop;
    }

    private async Task RunAsync()
    {
        try
        {
            while (await WaitAsync())
            {
                while (_requests.Reader.TryRead(out var request))
                {
                    Take(request);
                }

                ApplyIfIdle();
            }

            CommitBatch();
            Apply();
            _appender.Close();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Fail(StoreFailure.From(e, Store));
        }
        finally
        {
            RefuseRest();
            _appender.Dispose();
            _catalog.Dispose();
        }
    }

    /// <summary>Waits for requests, no longer than the batch may get old; commits it then.</summary>
    private async ValueTask<bool> WaitAsync()
    {
        while (!_batch.IsEmpty)
        {
            var left = _options.BatchAge - _time.GetElapsedTime(_batchStarted);
            if (left > TimeSpan.Zero)
            {
                using var age = new CancellationTokenSource(left, _time);
                try
                {
                    return await _requests.Reader.WaitToReadAsync(age.Token);
                }
                catch (OperationCanceledException)
                {
                    // Old enough; commit below.
                }
            }

            CommitBatch();
            Apply();
        }

        return await WaitIdleAsync();
    }

    /// <summary>A writer with nothing to do keeps no more memory than it needs to begin again: what follows a run (the index, a verification) has use for it.</summary>
    private async ValueTask<bool> WaitIdleAsync()
    {
        var waiting = _requests.Reader.WaitToReadAsync().AsTask();
        if (!_isTrimmed && await Task.WhenAny(waiting, Task.Delay(Idle, _time)) != waiting)
        {
            _filler.Trim();
            _catalog.ReleaseMemory();
            Scratch.Clear();
            _isTrimmed = true;
        }

        return await waiting;
    }

    private void Take(WriterRequest request)
    {
        if (request.Session is { } session && !session.IsHeld)
        {
            Refuse(request, StoreFailure.LeaseLost(Store));
            return;
        }

        if (request is AskRequest ask)
        {
            Answer(ask);
            return;
        }

        if (request is TurnRequest turn)
        {
            Give(turn);
            return;
        }

        _isTrimmed = false;
        if (_batch.IsEmpty)
        {
            _batchStarted = _time.GetTimestamp();
        }

        if (request is ArchiveRequest { Message.Buffer.IsInMemory: false } large)
        {
            TakeLarge(large);
            return;
        }

        _filler.Add(request, _batch);
        _appender.AppendFullBlocks(_batch);
        if (request is ArchiveRequest archived)
        {
            Remember(archived.Message.Id);
        }

        if (_batch.MessageCount >= _options.BatchMessages || _batch.Octets >= _options.BatchOctets)
        {
            CommitBatch();
            ApplyIfDue();
        }
    }

    private void TakeLarge(ArchiveRequest request)
    {
        // A batch of its own: its blocks are not kept in memory, after a failed write they are made again from the spill file.
        try
        {
            CommitBatch();
            Apply();
        }
        catch
        {
            request.Message.Dispose();
            throw;
        }

        _filler.AddLarge(request, _batch);
        CommitBatch();
    }

    private void Answer(AskRequest ask)
    {
        if (ask.About is null || Concerns(ask.About))
        {
            BringUpToDate(ask.Done);
        }

        try
        {
            ask.Answer(_catalog);
            ask.Done.TrySetResult();
        }
        catch (ArchiveException e)
        {
            ask.Done.TrySetException(e);
        }
    }

    private void Give(TurnRequest request)
    {
        BringUpToDate(request.Done);
        var turn = new WriterTurn(_catalog, _appender);
        try
        {
            request.Work(turn);
        }
        catch (Exception e) when (e is ArchiveException or IOException or UnauthorizedAccessException)
        {
            // Nothing is stated: only who asked is told.
            request.Done.TrySetException(StoreFailure.From(e, Store));
            return;
        }

        foreach (var fact in turn.Facts)
        {
            _batch.Add(fact);
        }

        _batch.Locations.AddRange(turn.Locations);
        BringUpToDate(request.Done);
        request.Done.TrySetResult();
    }

    private void BringUpToDate(TaskCompletionSource asker)
    {
        try
        {
            CommitBatch();
            Apply();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The question is out of the queue already: nobody else would tell its asker. The failure is known before the asker goes on.
            var failure = StoreFailure.From(e, Store);
            Fail(failure);
            asker.TrySetException(failure);
            throw failure;
        }
    }

    private bool Concerns(FolderKey folder) =>
        _batch.Folders.Contains(folder) || _unapplied.Any(commit => commit.Commit.Facts.Any(fact => fact is FolderFact f && f.Folder == folder));

    private void CommitBatch()
    {
        if (_batch.IsEmpty)
        {
            return;
        }

        var applied = _appender.Commit(_batch, _time.GetUtcNow());

        // Durable: everything in the batch counts as archived from here on, whatever happens to the catalog.
        _unapplied.Enqueue(applied);
        _filler.KeepUntilApplied(_batch);
        foreach (var (session, progress) in _batch.Sessions)
        {
            session.Advance(applied.Commit.Number, progress);
        }

        _batch.Dispose();
        _batch = new Batch();
    }

    private void ApplyIfDue()
    {
        if (_unapplied.Count >= MaxUnappliedCommits)
        {
            Apply();
        }
    }

    private void ApplyIfIdle()
    {
        if (_unapplied.Count > 0 && _requests.Reader.Count == 0)
        {
            Apply();
        }
    }

    private void Apply()
    {
        if (_unapplied.Count == 0)
        {
            return;
        }

        _catalog.Apply([.. _unapplied]);
        _unapplied.Clear();
        _filler.ForgetApplied();
        _head.Advance(_catalog.Checkpoint.Number);
    }

    private void Remember(ContentId id)
    {
        // Counted here: the dictionary's own count takes all its locks, which was a sixth of this loop's time.
        if (_seenCount >= MaxSeen)
        {
            _seen.Clear();
            _seenCount = 0;
        }

        if (_seen.TryAdd(id, 0))
        {
            _seenCount++;
        }
    }

    private void Guard(ArchiveSession? session)
    {
        if (Failure is { } failure)
        {
            throw failure;
        }

        if (session is { IsHeld: false })
        {
            throw StoreFailure.LeaseLost(Store);
        }
    }

    private void Fail(ArchiveException failure)
    {
        Volatile.Write(ref _failure, failure);
        _requests.Writer.TryComplete();
        _batch.Dispose();
    }

    private void RefuseRest()
    {
        _requests.Writer.TryComplete();
        while (_requests.Reader.TryRead(out var request))
        {
            Refuse(request, Failure ?? Closing());
        }
    }

    private ArchiveException Closing() => StoreFailure.Refused(Store, $"Store {Store.Name} is being closed.");

    private static void Refuse(WriterRequest request, ArchiveException failure)
    {
        switch (request)
        {
            case AskRequest ask:
                ask.Done.TrySetException(failure);
                break;
            case TurnRequest turn:
                turn.Done.TrySetException(failure);
                break;
            case ArchiveRequest archive:
                archive.Message.Dispose();
                break;
        }
    }
}
