using System.Runtime.CompilerServices;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Copying;
using ArchiveJobs.Master.PostgreSql;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Master.SqlServer;
using ArchiveJobs.Scheduling;

namespace ArchiveJobs.Worker.Composition;

/// <summary>The master database on the engine that the settings name. Each in a method of its own: the assemblies of the others are not even loaded.</summary>
internal static class MasterEngines
{
    public static IServiceCollection AddMasterDatabase(this IServiceCollection services, DataDirectory data) => (data.Settings.Engine switch
    {
        MasterEngine.PostgreSql => AddPostgreSql(services, data.Settings.Connection),
        MasterEngine.SqlServer => AddSqlServer(services, data.Settings.Connection),
        _ => AddSqlite(services, data.MasterDatabase),
    }).AddSingleton(provider => CopyOf(provider.GetRequiredService<IMasterProvider>()));

    /// <summary>Hangfire's jobs lie where the master database does.</summary>
    public static SchedulingOptions With(this SchedulingOptions options, EngineSettings settings) => options with
    {
        Storage = settings.Engine switch
        {
            MasterEngine.PostgreSql => DeliveryStorage.PostgreSql,
            MasterEngine.SqlServer => DeliveryStorage.SqlServer,
            _ => DeliveryStorage.InMemory,
        },
        StorageConnection = settings.IsSingleHost ? null : settings.Connection,
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IServiceCollection AddSqlite(IServiceCollection services, string path) => services.AddMasterSqlite(path);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IServiceCollection AddPostgreSql(IServiceCollection services, string connection) => services.AddMasterPostgreSql(connection);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IServiceCollection AddSqlServer(IServiceCollection services, string connection) => services.AddMasterSqlServer(connection);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IMasterCopy CopyOf(IMasterProvider provider) => MasterSqliteRegistration.CopyOf(provider);
}
