using ArchiveJobs.Core.Backups;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Backup;
using ArchiveJobs.Storage.Buffers;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Store;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Storage;

/// <summary>Adds the store to a host. It needs an IMessageStructure, a TimeProvider and logging.</summary>
public static class StorageRegistration
{
    /// <param name="dataDirectory">Holds tmp/; stores lie where their location says.</param>
    /// <param name="keyHome">Holds keys/, and stores/ beside it: the data directory, or the one that several hosts share.</param>
    public static IServiceCollection AddStorage(this IServiceCollection services, string dataDirectory, string keyHome, StoreOptions options)
    {
        services.AddSingleton(_ => InstallationKey.OpenOrCreate(keyHome, RealFileSystem.Instance));
        services.AddSingleton<ISecretProtector>(provider => provider.GetRequiredService<InstallationKey>());
        services.AddSingleton<IKeyFiles>(_ => new KeyFiles(dataDirectory, RealFileSystem.Instance));
        services.AddSingleton<IMessageBuffers>(_ => new MessageBuffers(Path.Combine(dataDirectory, "tmp"), options));
        services.AddSingleton(provider => new StoreFactory(
            provider.GetRequiredService<InstallationKey>(), options, RealFileSystem.Instance, provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IMessageStructure>(), provider.GetRequiredService<ILogger<StoreFactory>>()));
        services.AddSingleton<IArchiveStores>(provider => new ArchiveStores(provider.GetRequiredService<StoreFactory>()));
        services.AddSingleton<IStorageCheck>(provider => new StorageCheck(RealFileSystem.Instance, provider.GetRequiredService<TimeProvider>()));
        return services.AddBackups(keyHome);
    }

    private static IServiceCollection AddBackups(this IServiceCollection services, string keyHome) => services
        .AddSingleton(provider => new RecoveryCodes(
            keyHome, provider.GetRequiredService<InstallationKey>(), RealFileSystem.Instance, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<IRecoveryCodes>(provider => provider.GetRequiredService<RecoveryCodes>())
        .AddSingleton<IBackups>(provider => new Backups(
            keyHome, provider.GetRequiredService<InstallationKey>(), provider.GetRequiredService<RecoveryCodes>(), provider.GetRequiredService<IArchiveStores>(),
            RealFileSystem.Instance, provider.GetRequiredService<TimeProvider>()));
}
