using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Store;

namespace ArchiveJobs.Search.Indexing;

/// <summary>
/// One generation of a store's index, open. Searchers borrow it; it closes when it is retired and the last one has given it back.
/// Searching is thread-safe; writing is one caller at a time.
/// </summary>
internal sealed class IndexGeneration
{
    private readonly System.Threading.Lock _gate = new();
    private readonly FSDirectory _directory;
    private readonly MergeFailure _mergeFailure;
    private SearcherManager _searchers;
    private IndexWriter? _writer;
    private Checkpoint? _written; // handed to the writer, null while there is none
    private Checkpoint? _visible; // of what the latest searcher surely sees
    private int _borrowed;
    private bool _isRetired;
    private bool _isDeleted;

    private IndexGeneration(int number, string path, FSDirectory directory, IndexWriter? writer, SearcherManager searchers, MergeFailure mergeFailure)
    {
        (Number, Path, _directory, _writer, _searchers, _mergeFailure) = (number, path, directory, writer, searchers, mergeFailure);
    }

    public int Number { get; }

    public string Path { get; }

    public bool IsWriting => _writer is not null;

    /// <summary>Opens what is there, for searching. Takes no lock.</summary>
    /// <exception cref="CorruptIndexException">Foreign, of another version or broken (and many other exceptions for broken files: <see cref="IndexDamage"/>).</exception>
    public static IndexGeneration Open(int number, string path)
    {
        var directory = FSDirectory.Open(path, NoLockFactory.GetNoLockFactory());
        try
        {
            var generation = new IndexGeneration(number, path, directory, null, new SearcherManager(directory, new Searchers()), new MergeFailure());
            _ = generation.ReadCheckpoint();
            return generation;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Makes an empty generation and opens it for writing.</summary>
    public static IndexGeneration Create(int number, string path, Checkpoint checkpoint, int bufferMegabytes)
    {
        System.IO.Directory.CreateDirectory(path);
        var directory = FSDirectory.Open(path, NoLockFactory.GetNoLockFactory());
        var merges = new MergeFailure();
        var writer = IndexWriters.Open(directory, merges, bufferMegabytes);
        writer.SetCommitData(checkpoint.ToUserData());
        writer.Commit();
        return new IndexGeneration(number, path, directory, writer, new SearcherManager(writer, true, new Searchers()), merges)
        {
            _written = checkpoint,
            _visible = checkpoint,
        };
    }

    /// <summary>The caller holds the lock of the store's indexes.</summary>
    public void OpenWriter(int bufferMegabytes)
    {
        if (_writer is not null)
        {
            return;
        }

        var writer = IndexWriters.Open(_directory, _mergeFailure, bufferMegabytes);
        var checkpoint = Checkpoint.Read(writer.CommitData) ?? throw new CorruptIndexException("The index is not of this version.");
        var searchers = new SearcherManager(writer, true, new Searchers());
        lock (_gate)
        {
            _writer = writer;
            _written = _visible = checkpoint;
            (_searchers, searchers) = (searchers, _searchers);
        }

        searchers.Dispose();
    }

    public void Upsert(Core.ContentId id, IEnumerable<IIndexableField> document) => Writer.UpdateDocument(MessageDocument.IdTerm(id), document);

    public void Add(IEnumerable<IIndexableField> document) => Writer.AddDocument(document);

    public void Delete(Core.ContentId id) => Writer.DeleteDocuments(MessageDocument.IdTerm(id));

    /// <summary>Every change up to the checkpoint has been handed over.</summary>
    public void SetCheckpoint(Checkpoint checkpoint)
    {
        Writer.SetCommitData(checkpoint.ToUserData());
        lock (_gate)
        {
            _written = checkpoint;
        }
    }

    /// <summary>Makes what was handed over lasting, together with the checkpoint set last, and visible to searchers.</summary>
    public void Commit()
    {
        Writer.Commit();
        _mergeFailure.Throw();
        Refresh();
    }

    /// <summary>Lets the next searcher see what is there now: also what the writer holds, or what another process has committed.</summary>
    public void Refresh()
    {
        SearcherManager searchers;
        Checkpoint? written;
        lock (_gate)
        {
            (searchers, written) = (_searchers, _written);
        }

        searchers.MaybeRefreshBlocking();
        lock (_gate)
        {
            _visible = written;
        }
    }

    /// <summary>Null when the generation is closed already.</summary>
    public Lease? Borrow()
    {
        lock (_gate)
        {
            if (_isRetired)
            {
                return null;
            }

            _borrowed++;
            return new Lease(this, _searchers, _searchers.Acquire(), _visible);
        }
    }

    public Checkpoint ReadCheckpoint()
    {
        using var lease = Borrow() ?? throw new ObjectDisposedException(nameof(IndexGeneration));
        return lease.Checkpoint;
    }

    /// <summary>Closes it now or when the last searcher is done. Uncommitted documents are dropped unless <see cref="Commit"/> came before; they come again by the checkpoint.</summary>
    public void Retire(bool delete)
    {
        bool isLast;
        lock (_gate)
        {
            isLast = !_isRetired && _borrowed == 0;
            _isRetired = true;
            _isDeleted |= delete;
        }

        if (isLast)
        {
            Close();
        }
    }

    private IndexWriter Writer => _writer ?? throw new InvalidOperationException("The index is open for searching only.");

    private void GiveBack(SearcherManager searchers, IndexSearcher searcher)
    {
        searchers.Release(searcher);
        bool isLast;
        lock (_gate)
        {
            isLast = --_borrowed == 0 && _isRetired;
        }

        if (isLast)
        {
            Close();
        }
    }

    private void Close()
    {
        try
        {
            _searchers.Dispose();
            _writer?.Rollback(); // stops merges at once; the last commit stays
            _directory.Dispose();
        }
        catch (Exception e) when (IndexDamage.Is(e) || e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // It is given up anyway: whatever it held beyond its last commit comes again.
        }

        if (_isDeleted)
        {
            IndexFiles.DeleteQuietly(Path);
        }
    }

    /// <summary>A searcher over one moment of the index.</summary>
    public sealed class Lease(IndexGeneration owner, SearcherManager searchers, IndexSearcher searcher, Checkpoint? visible) : IDisposable
    {
        public IndexSearcher Searcher => searcher;

        public int Documents => searcher.IndexReader.NumDocs;

        /// <summary>What this searcher holds at least. A commit without documents moves the checkpoint but makes no new searcher: beside a writer it is kept apart.</summary>
        public Checkpoint Checkpoint => visible ?? Indexing.Checkpoint.Read(((DirectoryReader)searcher.IndexReader).IndexCommit.UserData)
            ?? throw new CorruptIndexException("The index is not of this version.");

        public void Dispose() => owner.GiveBack(searchers, searcher);
    }

    private sealed class Searchers : SearcherFactory
    {
        public override IndexSearcher NewSearcher(IndexReader reader) => new(reader) { Similarity = IndexWriters.Similarity };
    }
}
