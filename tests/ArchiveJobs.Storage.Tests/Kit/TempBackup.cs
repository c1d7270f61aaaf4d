using ArchiveJobs.Core.Backups;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Backup;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Store;

namespace ArchiveJobs.Storage.Tests.Kit;

/// <summary>A store and a directory for its backups.</summary>
internal sealed class TempBackup : IAsyncDisposable
{
    public const string Migration = "20260101000000_First";

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("backup-");

    public TempBackup()
    {
        Path = System.IO.Path.Combine(_root.FullName, "target");
        Code = CodesOf(Source.Root, Source.Key).Renew();
        File.WriteAllBytes(MasterCopy, Master);
    }

    public TempStore Source { get; } = new(new StoreOptions { BatchMessages = 4, SegmentBytes = 12_000, ReserveBytes = 0 });

    public string Path { get; }

    public string Code { get; }

    /// <summary>Two chunks and a bit, so that their order counts.</summary>
    public static byte[] Master { get; } = [.. Enumerable.Range(0, (2 << 20) + 77).Select(i => (byte)(i * 31 / 7))];

    public string RestoredPath => System.IO.Path.Combine(_root.FullName, "restored");

    private string MasterCopy => System.IO.Path.Combine(_root.FullName, "master-copy.db");

    public static RecoveryCodes CodesOf(string data, InstallationKey key) => new(data, key, RealFileSystem.Instance, TimeProvider.System);

    /// <summary>Opens the store and archives into it.</summary>
    public async Task<IArchiveStore> ArchiveAsync(IReadOnlyList<byte[]> messages, uint first = 1)
    {
        var store = await Source.OpenAsync();
        var (_, failure) = await Source.ArchiveAsync(store, messages, first);
        Assert.Null(failure);
        return store;
    }

    public Task<BackupReport> MakeAsync(IFileSystem? files = null, int? keep = null, bool isKnown = false, IArchiveStores? stores = null, CancellationToken cancellationToken = default) =>
        NewBackups(Source.Root, Source.Key, stores ?? Source.Stores, files).CreateAsync(
            new BackupRequest(Path, isKnown, keep, [Source.Location], MasterCopy, Migration, "0.1.0"), NoProgress.Instance, cancellationToken);

    public Task<BackupVerification> VerifyAsync(int? generation = null) =>
        NewBackups(Source.Root, Source.Key, Source.Stores).VerifyAsync(Path, generation, NoProgress.Instance, CancellationToken.None);

    public async Task AssertSoundAsync(int generation)
    {
        var report = await VerifyAsync();
        Assert.True(report.IsSound, string.Join("; ", report.Bad));
        Assert.Equal(generation, report.Generation);
    }

    /// <summary>Restores with nothing but the backup and the code.</summary>
    public async Task<RestoredInstallation> RestoreAsync(string? code = null, int? generation = null)
    {
        var restored = InstallationRestore.Begin(Path, generation, code ?? Code, RestoredPath, RestoredPath, [Migration]).Generation;
        var installation = new RestoredInstallation(RestoredPath, Source.Options);
        await installation.CopyStoresAsync(Path, restored);
        return installation;
    }

    public static Backups NewBackups(string data, InstallationKey key, IArchiveStores stores, IFileSystem? files = null) =>
        new(data, key, CodesOf(data, key), stores, files ?? RealFileSystem.Instance, TimeProvider.System);

    /// <summary>Every file of the backup with its relative path.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories);

    public static void Flip(string file, long offset)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[offset] ^= 0x10;
        new FileInfo(file).IsReadOnly = false;
        File.WriteAllBytes(file, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        _root.Delete(recursive: true);
    }
}

/// <summary>What a restore made.</summary>
internal sealed class RestoredInstallation : IAsyncDisposable
{
    public RestoredInstallation(string data, StoreOptions options)
    {
        Data = data;
        Key = InstallationKey.OpenOrCreate(data, RealFileSystem.Instance);
        Stores = new ArchiveStores(new StoreFactory(
            Key, options, RealFileSystem.Instance, TimeProvider.System, new FakeStructure(), Microsoft.Extensions.Logging.Abstractions.NullLogger<StoreFactory>.Instance));
        Location = new StoreLocation(1, "Test", Path.Combine(data, "stores", "1"));
    }

    public string Data { get; }

    public InstallationKey Key { get; }

    public ArchiveStores Stores { get; }

    public StoreLocation Location { get; }

    public IReadOnlyList<RestoredStore> Copied { get; private set; } = [];

    public async Task CopyStoresAsync(string backup, int generation) =>
        Copied = await TempBackup.NewBackups(Data, Key, Stores).RestoreStoresAsync(backup, generation, Data, NoProgress.Instance, CancellationToken.None);

    public Task<IArchiveStore> OpenAsync() => Stores.OpenAsync(Location, CancellationToken.None);

    public ValueTask DisposeAsync() => Stores.DisposeAsync();
}
