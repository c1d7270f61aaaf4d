using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Buffers;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Store;
using ArchiveJobs.TestKit.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace ArchiveJobs.Storage.Tests.Kit;

/// <summary>A store in a fresh directory, opened and closed as often as a test likes.</summary>
internal sealed class TempStore : IAsyncDisposable
{
    public static readonly FolderKey Inbox = new("imap://anna@mail.example.jp:143", "anna", "INBOX");

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("store-");
    private ArchiveStores? _stores;

    public TempStore(StoreOptions? options = null)
    {
        Options = options ?? new StoreOptions { BatchMessages = 4, SegmentBytes = 1 << 20, ReserveBytes = 0 };
        Buffers = new MessageBuffers(Path.Combine(_root.FullName, "tmp"), Options);
        Key = InstallationKey.OpenOrCreate(_root.FullName, RealFileSystem.Instance);
        Location = new StoreLocation(1, "Test", Path.Combine(_root.FullName, "stores", "1"));
        PrivateDirectory.Create(Path.GetDirectoryName(Location.Path)!);
    }

    public string Root => _root.FullName;

    /// <summary>The stores of the last opening.</summary>
    public ArchiveStores Stores => _stores!;

    public StoreOptions Options { get; }

    public MessageBuffers Buffers { get; }

    public InstallationKey Key { get; }

    public StoreLocation Location { get; private set; }

    public string SegmentsPath => Path.Combine(Location.Path, "segments");

    public string CatalogPath => Path.Combine(Location.Path, "catalog.db");

    public IReadOnlyList<string> SegmentFiles => [.. Directory.GetFiles(SegmentsPath, "*.dat").Order(StringComparer.Ordinal)];

    public async Task<IArchiveStore> OpenAsync(IFileSystem? files = null)
    {
        await CloseAsync();
        _stores = NewStores(files);
        return Directory.Exists(Location.Path)
            ? await _stores.OpenAsync(Location, CancellationToken.None)
            : await _stores.CreateAsync(Location, CancellationToken.None);
    }

    public ArchiveStores NewStores(IFileSystem? files = null) =>
        new(new StoreFactory(Key, Options, files ?? RealFileSystem.Instance, TimeProvider.System, new FakeStructure(), NullLogger<StoreFactory>.Instance));

    public async Task CloseAsync()
    {
        if (_stores is not null)
        {
            await _stores.DisposeAsync();
            _stores = null;
        }
    }

    /// <summary>Archives into INBOX under the numbers first, first + 1 …; returns how many were durable when it ended or failed.</summary>
    public async Task<(long Durable, ArchiveException? Failure)> ArchiveAsync(IArchiveStore store, IReadOnlyList<byte[]> messages, uint first = 1, Guid? run = null)
    {
        IArchiveSession? session = null;
        try
        {
            session = await store.OpenSessionAsync(new RunScope(run ?? Guid.NewGuid(), new TestFence()), [], CancellationToken.None);
            var folder = await session.OpenFolderAsync(Inbox, 7, CancellationToken.None);
            for (var i = 0; i < messages.Count; i++)
            {
                await session.ArchiveAsync(folder.Handle, Item(first + (uint)i), BufferOf(messages[i]), CancellationToken.None);
            }

            await session.FlushAsync(CancellationToken.None);
            return (session.Committed.Items, null);
        }
        catch (ArchiveException e)
        {
            return (session?.Committed.Items ?? 0, e);
        }
    }

    public MessageBuffer BufferOf(byte[] octets, long announced = 0)
    {
        var buffer = Buffers.Create(announced == 0 ? octets.Length : announced, CancellationToken.None);
        buffer.Write(octets);
        buffer.Complete();
        return buffer;
    }

    public static SourceItem Item(uint uid) => new(uid, null, "\\Seen", new DateTimeOffset(2026, 3, 3, 9, 41, 0, TimeSpan.FromHours(9)), 0);

    /// <summary>Null when the message is not held.</summary>
    public static async Task<byte[]?> ReadAsync(IArchiveStore store, ContentId id)
    {
        await using var stream = await store.OpenMessageAsync(id, CancellationToken.None);
        if (stream is null)
        {
            return null;
        }

        var octets = new MemoryStream();
        await stream.CopyToAsync(octets);
        return octets.ToArray();
    }

    public static async Task AssertHeldAsync(IArchiveStore store, IEnumerable<byte[]> messages)
    {
        foreach (var message in messages)
        {
            Assert.Equal(message, await ReadAsync(store, ContentId.Of(message)));
        }
    }

    public static async Task AssertSoundAsync(IArchiveStore store, VerifyLevel level = VerifyLevel.Full)
    {
        var report = await store.VerifyAsync(level, new RecordedProgress(), CancellationToken.None);
        Assert.True(report.IsSound, string.Join("; ", report.Damages) + string.Join("; ", report.DamagedMessages));
    }

    /// <summary>Goes on with a copy of this store under another path, as it lies now.</summary>
    public async Task<TempStore> CopyAsync()
    {
        await CloseAsync();
        var copy = new TempStore(Options, Key);
        CopyDirectory(Location.Path, copy.Location.Path);
        return copy;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _root.Delete(recursive: true);
    }

    private TempStore(StoreOptions options, InstallationKey key)
        : this(options)
    {
        Key = key;
    }

    private static void CopyDirectory(string from, string to)
    {
        PrivateDirectory.Create(to);
        foreach (var directory in Directory.GetDirectories(from))
        {
            CopyDirectory(directory, Path.Combine(to, Path.GetFileName(directory)));
        }

        foreach (var file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }
}
