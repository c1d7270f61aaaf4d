using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Buffers;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Store;
using ArchiveJobs.TestKit.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace ArchiveJobs.Storage.Tests.Store;

/// <summary>A store in a directory of its own, deleted at the end; can be closed and opened again, as by another process.</summary>
internal sealed class TempStore : IAsyncDisposable
{
    private readonly StoreOptions _options;
    private readonly IFileSystem _files;
    private ArchiveStores? _stores;

    private TempStore(StoreOptions options, IFileSystem files)
    {
        _options = options;
        _files = files;
        Directory = System.IO.Directory.CreateTempSubdirectory("aj-store-").FullName;
        Location = new StoreLocation(1, "Test", Path.Combine(Directory, "stores", "1"));
        Buffers = new MessageBuffers(Path.Combine(Directory, "tmp"), options);
    }

    public string Directory { get; }

    public StoreLocation Location { get; }

    public IMessageBuffers Buffers { get; }

    public IArchiveStore Store { get; private set; } = null!;

    public static async Task<TempStore> CreateAsync(StoreOptions? options = null, IFileSystem? files = null)
    {
        var store = new TempStore(options ?? new StoreOptions(), files ?? RealFileSystem.Instance);
        store.Start();
        store.Store = await store._stores!.CreateAsync(store.Location, CancellationToken.None);
        return store;
    }

    /// <summary>Closes the store as a clean stop does.</summary>
    public async Task CloseAsync()
    {
        await _stores!.DisposeAsync();
        _stores = null;
    }

    public async Task ReopenAsync()
    {
        if (_stores is not null)
        {
            await CloseAsync();
        }

        Start();
        Store = await _stores!.OpenAsync(Location, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_stores is not null)
        {
            await CloseAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private void Start() => _stores = new ArchiveStores(new StoreFactory(
        InstallationKey.OpenOrCreate(Directory, RealFileSystem.Instance), _options, _files, TimeProvider.System, new PlainStructure(), NullLogger<StoreFactory>.Instance));
}
