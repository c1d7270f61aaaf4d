using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Master.PostgreSql;

public static class MasterPostgreSqlRegistration
{
    /// <summary>The master database on a PostgreSQL server, which several hosts may share.</summary>
    /// <param name="connection">As Npgsql reads it: Host=…;Database=…;Username=…;Password=…</param>
    /// <exception cref="Core.ArchiveException">The connection string cannot be read (database.settings).</exception>
    public static IServiceCollection AddMasterPostgreSql(this IServiceCollection services, string connection) =>
        services.AddMaster(new PostgreSqlMasterProvider(connection));
}
