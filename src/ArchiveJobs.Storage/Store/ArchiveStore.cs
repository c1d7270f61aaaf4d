using System.Runtime.CompilerServices;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Compaction;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Reading;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Writing;

namespace ArchiveJobs.Storage.Store;

/// <summary>One open store: reads beside the writer, which is opened with the first session.</summary>
internal sealed class ArchiveStore : IArchiveStore, IAsyncDisposable
{
    private const long BlockCacheBytes = 8L << 20;
    private const long BlobCacheBytes = 24L << 20;

    private readonly StoreFactory _factory;
    private readonly StoreOpening _opening;
    private readonly StoreName _name;
    private readonly SegmentPool _segments;
    private readonly RetiredSegments _retired;
    private readonly CatalogReader _catalog;
    private readonly MessageReader _messages;
    private readonly AppliedHead _head;
    private readonly SemaphoreSlim _writerGate = new(1, 1);
    private readonly SemaphoreSlim _compactionGate = new(1, 1);
    private StoreWriter? _writer;

    public ArchiveStore(StoreLocation location, StoreFactory factory, StoreOpening opening)
    {
        Location = location;
        _factory = factory;
        _opening = opening;
        _name = new StoreName(location.Id, location.Name);
        _segments = new SegmentPool(SegmentList.DirectoryOf(location.Path), opening.Descriptor.Keys);
        _catalog = new CatalogReader(Path.Combine(location.ViewsPath, CatalogFile.FileName));
        _retired = new RetiredSegments(_name, SegmentList.DirectoryOf(location.Path), _segments, factory.Files, factory.Log);
        _messages = new MessageReader(_name, _catalog, new EntryReader(_name, _segments, new BlockCache(BlockCacheBytes)), _retired.Pin);
        _head = new AppliedHead(_catalog.ReadCheckpoint().Number);
    }

    public StoreLocation Location { get; }

    public Guid Incarnation => _opening.Descriptor.Incarnation;

    public long HeadCommit => _opening.IsWritable ? _head.Commit : _catalog.ReadCheckpoint().Number;

    internal CatalogReader Catalog => _catalog;

    internal IReadOnlyList<SegmentState> ReadSegmentStates() => SegmentList.Read(SegmentList.DirectoryOf(Location.Path), _opening.Descriptor);

    public async Task<IArchiveSession> OpenSessionAsync(RunScope scope, IReadOnlyList<IArchiveStore> others, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(others);
        var writer = await OpenWriterAsync(cancellationToken);
        var catalogs = others.OfType<ArchiveStore>().Where(other => other != this).Select(other => other._catalog).ToList();
        return new ArchiveSession(writer, _factory.Splitter, scope, catalogs, _catalog);
    }

    public Task<RunBalance> ReadBalanceAsync(Guid run, CancellationToken cancellationToken) => Task.FromResult(_catalog.ReadBalance(run));

    public Task<StoreStatistics> ReadStatisticsAsync(CancellationToken cancellationToken)
    {
        var statistics = _catalog.ReadStatistics();
        var segments = SegmentList.DirectoryOf(Location.Path);
        var files = SegmentList.ReadNames(segments).Select(id => new FileInfo(Path.Combine(segments, id.FileName))).ToList();
        return Task.FromResult(new StoreStatistics(
            statistics.Messages, statistics.Placements, statistics.MessageBytes, files.Sum(file => file.Length), files.Count,
            statistics.HeadCommit, statistics.ChainHash.ToString()));
    }

    public Task<Stream?> OpenMessageAsync(ContentId id, CancellationToken cancellationToken) => Task.FromResult(_messages.Open(id));

    public Task<IReadOnlyList<MessageSummary>> DescribeAsync(IReadOnlyList<ContentId> ids, CancellationToken cancellationToken) =>
        Task.FromResult(_catalog.Describe(ids));

    public Task<IReadOnlyList<ContentId>> FindAsync(string hexPrefix, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(_catalog.Find(hexPrefix, limit));

    public Task<IReadOnlyList<FolderSummary>> ListFoldersAsync(CancellationToken cancellationToken) => Task.FromResult(_catalog.ListFolders());

    public async IAsyncEnumerable<Placement> ReadPlacementsAsync(string mailbox, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var placement in _catalog.ReadPlacements(mailbox, path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return placement;
        }

        await Task.CompletedTask;
    }

    public async IAsyncEnumerable<StoredMessage> ReadAllAsync(Action<ContentId, ArchiveException>? damaged, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var pin = _retired.Pin();
        var blobs = new BlobCache(BlobCacheBytes);
        var buffer = new byte[1 << 20];
        foreach (var message in _catalog.ReadInStoreOrder())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryRead(message.Id, message.Size, message.Location, blobs, ref buffer, out var failure) is { } read)
            {
                yield return read;
                continue;
            }

            (damaged ?? throw failure!)(message.Id, failure!);
        }

        await Task.CompletedTask;
    }

    public async IAsyncEnumerable<FeedItem> ReadFeedAsync(long commit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var pin = _retired.Pin();
        var blobs = new BlobCache(BlobCacheBytes);
        var buffer = new byte[1 << 20];
        foreach (var change in _catalog.ReadFeed(commit, HeadCommit))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var message = change.IsDeletion || change.Location is not { } location ? null : TryRead(change.Id, change.Size, location, blobs, ref buffer, out _);
            yield return new FeedItem(change.Commit, change.Id, change.IsDeletion, message);
        }

        await Task.CompletedTask;
    }

    public Task WaitForCommitAsync(long commit, CancellationToken cancellationToken) => _head.WaitAsync(commit, cancellationToken);

    public async Task<VerificationReport> VerifyAsync(VerifyLevel level, IWorkProgress progress, CancellationToken cancellationToken)
    {
        // What sessions have handed in is brought to the disk first, so that facts and catalog are compared at one commit.
        if (Volatile.Read(ref _writer) is { Failure: null } writer)
        {
            await writer.FlushAsync(null, cancellationToken);
        }

        // Files and facts are those of one commit: nothing is removed before it has been looked at.
        using var pin = _retired.Pin();
        return await Task.Run(() => _factory.NewVerifier(Location, _opening.Descriptor, _catalog).Verify(level, progress, cancellationToken), cancellationToken);
    }

    public async Task<DeletionReport> DeleteAsync(IReadOnlyList<ContentId> ids, DeletionOrder order, CancellationToken cancellationToken)
    {
        var writer = await OpenWriterAsync(cancellationToken);
        return await new Deletion(writer, order, _factory.Time).RunAsync(ids, cancellationToken);
    }

    public async Task<CompactionReport> CompactAsync(CompactionOptions options, IWorkProgress progress, CancellationToken cancellationToken)
    {
        await _compactionGate.WaitAsync(cancellationToken);
        try
        {
            var writer = await OpenWriterAsync(cancellationToken);
            return await _factory.NewCompactor(Location, _opening.Descriptor, _catalog, writer, _retired, options, progress).RunAsync(cancellationToken);
        }
        finally
        {
            _compactionGate.Release();
        }
    }

    /// <summary>For who lists files and reads them later, such as a backup. Taken before they are listed.</summary>
    internal SegmentPin PinSegments() => _retired.Pin();

    /// <summary>States facts that name no folder, in one commit.</summary>
    internal async Task StateAsync(IReadOnlyList<Fact> facts, CancellationToken cancellationToken)
    {
        var writer = await OpenWriterAsync(cancellationToken);
        await writer.TakeTurnAsync(turn => turn.State(facts), cancellationToken);
    }

    public async Task CopyCursorsFromAsync(IArchiveStore other, CancellationToken cancellationToken)
    {
        var writer = await OpenWriterAsync(cancellationToken);
        foreach (var cursor in ((ArchiveStore)other)._catalog.ReadCursors())
        {
            var record = cursor.Record;
            if (record.Numbers.Count > 0)
            {
                await StateAsync(writer, cursor, number => new ItemNamesFact(number, [.. record.Numbers.Select(name => KeyValuePair.Create(name.Value, name.Key))]), cancellationToken);
            }

            await StateAsync(writer, cursor, number => new DoneFact(number, record.Done), cancellationToken);
            if (record.LastPass is { } pass)
            {
                await StateAsync(writer, cursor, number => new PassFact(number, pass.Status.UidNext, pass.Status.Messages, pass.Present), cancellationToken);
            }
        }

        await writer.FlushAsync(null, cancellationToken);
    }

    internal StoreDescriptor Descriptor => _opening.Descriptor;

    /// <summary>Makes everything handed in durable in segments that never change again; opens the writer if need be.</summary>
    /// <exception cref="ArchiveException">The store cannot be written: damaged, full, read-only, or another process has it.</exception>
    internal async Task<ChainHead> RollAsync(CancellationToken cancellationToken) => await (await OpenWriterAsync(cancellationToken)).RollAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync();
        }

        _catalog.Dispose();
        _segments.Dispose();
        _opening.Dispose();
        _writerGate.Dispose();
        _compactionGate.Dispose();
    }

    private static ValueTask StateAsync(StoreWriter writer, Catalog.Reading.CursorRecord cursor, Func<int, Fact> make, CancellationToken cancellationToken) =>
        writer.EnqueueAsync(new FolderFactRequest(null, cursor.Folder, cursor.UidValidity, make), cancellationToken);

    /// <summary>Null when the message is damaged.</summary>
    private StoredMessage? TryRead(ContentId id, long size, EntryLocation location, BlobCache blobs, ref byte[] buffer, out ArchiveException? failure)
    {
        failure = null;
        try
        {
            return _messages.ReadStored(id, size, location, blobs, ref buffer);
        }
        catch (ArchiveException e) when (e.Situation.Class == ErrorClass.StoreCorrupt)
        {
            failure = e;
            return null;
        }
    }

    /// <summary>The writer; a new one when the former has failed.</summary>
    private async Task<StoreWriter> OpenWriterAsync(CancellationToken cancellationToken)
    {
        await _writerGate.WaitAsync(cancellationToken);
        try
        {
            if (_writer is { Failure: null })
            {
                return _writer;
            }

            if (_writer is not null)
            {
                await _writer.DisposeAsync();
                _writer = null;
            }

            return _writer = await Task.Run(() => _factory.OpenWriter(Location, _opening, _head, _retired), cancellationToken);
        }
        finally
        {
            _writerGate.Release();
        }
    }
}
