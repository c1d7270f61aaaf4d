using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Master.SqlServer;

public static class MasterSqlServerRegistration
{
    /// <summary>The master database on a SQL Server server, which several hosts may share.</summary>
    /// <param name="connection">As Microsoft.Data.SqlClient reads it: Server=…;Database=…;User Id=…;Password=…</param>
    /// <exception cref="Core.ArchiveException">The connection string cannot be read (database.settings).</exception>
    public static IServiceCollection AddMasterSqlServer(this IServiceCollection services, string connection) =>
        services.AddMaster(new SqlServerMasterProvider(connection));
}
