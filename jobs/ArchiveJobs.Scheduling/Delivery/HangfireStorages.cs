using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.PostgreSql;
using Hangfire.PostgreSql.Factories;
using Hangfire.SqlServer;

namespace ArchiveJobs.Scheduling.Delivery;

/// <summary>Hangfire's storage, chosen together with the master database. Each in a method of its own that does not name its type outside: the assemblies of the others are not loaded.</summary>
[SuppressMessage("Performance", "CA1859:Use concrete types when possible", Justification = "The signature would load the assembly.")]
internal static class HangfireStorages
{
    private const string Schema = "hangfire";

    // How long a job of a host that died stays with it. The reconciler does not wait for that: it delivers the run again by itself.
    private static readonly TimeSpan Invisibility = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    public static JobStorage Open(SchedulingOptions options) => options.Storage switch
    {
        DeliveryStorage.PostgreSql => OpenPostgreSql(options.StorageConnection!),
        DeliveryStorage.SqlServer => OpenSqlServer(options.StorageConnection!),
        _ => OpenInMemory(),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static JobStorage OpenInMemory() => new InMemoryStorage();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static JobStorage OpenPostgreSql(string connection)
    {
        var options = new PostgreSqlStorageOptions
        {
            SchemaName = Schema,
            UseSlidingInvisibilityTimeout = true,
            InvisibilityTimeout = Invisibility,
            QueuePollInterval = PollEvery,
            AllowDegradedModeWithoutStorage = false,   // Otherwise a schema that could not be installed is passed over in silence.
        };
        return new PostgreSqlStorage(new NpgsqlConnectionFactory(connection, options), options);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static JobStorage OpenSqlServer(string connection) => new SqlServerStorage(connection, new SqlServerStorageOptions
    {
        SchemaName = Schema,
        UseRecommendedIsolationLevel = true,
        DisableGlobalLocks = true,
    });
}
