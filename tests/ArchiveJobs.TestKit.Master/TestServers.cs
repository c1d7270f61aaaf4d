using ArchiveJobs.Master;
using ArchiveJobs.Master.PostgreSql;
using ArchiveJobs.TestKit.Servers;
using Microsoft.Data.SqlClient;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ArchiveJobs.TestKit.Master;

/// <summary>
/// The database servers of a test process: PostgreSQL is started with the first test that asks for it and stopped at the end, when this is the assembly's fixture.
/// </summary>
public sealed class TestServers : IAsyncDisposable
{
    private const string Template = "archivejobs_template";
    private const string SqlServerName = "ARCHIVEJOBS_TEST_SQLSERVER";

    private static readonly Lazy<PostgresServer> Postgres = new(StartPostgreSql);
    private static int _count;

    public async ValueTask DisposeAsync()
    {
        if (Postgres.IsValueCreated)
        {
            NpgsqlConnection.ClearAllPools();
            await Postgres.Value.DisposeAsync();
        }
    }

    /// <summary>An empty database without schema; its connection string.</summary>
    public static string NewBarePostgreSqlDatabase() => NewPostgreSqlDatabase("template0");

    internal static string NewPostgreSqlDatabase() => NewPostgreSqlDatabase(Template);

    internal static void DropPostgreSqlDatabase(string connection)
    {
        using (var pooled = new NpgsqlConnection(connection))
        {
            NpgsqlConnection.ClearPool(pooled);
            Execute(Postgres.Value, $"DROP DATABASE \"{pooled.Database}\" WITH (FORCE)");
        }
    }

    internal static string NewSqlServerDatabase()
    {
        var server = SqlServer();
        server.InitialCatalog = $"archivejobs_test_{Guid.NewGuid():N}";
        ExecuteOnSqlServer($"CREATE DATABASE [{server.InitialCatalog}]");
        return server.ConnectionString;
    }

    internal static void DropSqlServerDatabase(string connection)
    {
        var name = new SqlConnectionStringBuilder(connection).InitialCatalog;
        ExecuteOnSqlServer($"ALTER DATABASE [{name}] SET SINGLE_USER WITH ROLLBACK IMMEDIATE; DROP DATABASE [{name}]");
    }

    private static string NewPostgreSqlDatabase(string template)
    {
        if (PostgresServer.Missing is { } missing && !DovecotServer.IsRequired)
        {
            Assert.Skip(missing);
        }

        return NewDatabaseOn(Postgres.Value, template);
    }

    internal static string NewBareDatabaseOn(PostgresServer server) => NewDatabaseOn(server, "template0");

    internal static void ForgetConnections(string connection)
    {
        using var pooled = new NpgsqlConnection(connection);
        NpgsqlConnection.ClearPool(pooled);
    }

    private static string NewDatabaseOn(PostgresServer server, string template)
    {
        var name = $"test_{Interlocked.Increment(ref _count)}";
        Execute(server, $"CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"");
        return server.ConnectionTo(name) + ";Minimum Pool Size=0;Connection Idle Lifetime=2;Connection Pruning Interval=1";
    }

    /// <summary>The schema is made once, by the product, and copied for each test.</summary>
    private static PostgresServer StartPostgreSql()
    {
        var server = PostgresServer.StartAsync().GetAwaiter().GetResult();
        Execute(server, $"CREATE DATABASE \"{Template}\"");
        using (var services = new ServiceCollection().AddLogging().AddMasterPostgreSql(server.ConnectionTo(Template)).BuildServiceProvider())
        {
            services.GetRequiredService<MasterDatabase>().MigrateAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        NpgsqlConnection.ClearAllPools();   // A database that is in use cannot be copied.
        return server;
    }

    private static void Execute(PostgresServer server, string sql)
    {
        using var connection = new NpgsqlConnection(server.ConnectionTo("postgres"));
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static SqlConnectionStringBuilder SqlServer() => new(
        Environment.GetEnvironmentVariable(SqlServerName) ?? throw new InvalidOperationException($"{SqlServerName} names no server; ./test makes these cases only when it does."));

    private static void ExecuteOnSqlServer(string sql)
    {
        using var connection = new SqlConnection(SqlServer().ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
