using System.Data.Common;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master.Copying;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master.SqlServer;

/// <summary>The master database on SQL Server; several hosts may share it. Never run against a real server: see README, "Several hosts".</summary>
internal sealed class SqlServerMasterProvider : IMasterProvider
{
    private const int Deadlock = 1205;
    private const int UniqueIndex = 2601;
    private const int UniqueConstraint = 2627;
    private const int SnapshotConflict = 3960;

    private readonly string _connectionString;

    public SqlServerMasterProvider(string connection)
    {
        try
        {
            var builder = new SqlConnectionStringBuilder(connection) { ApplicationName = "ArchiveJobs" };
            Server = builder.DataSource;
            _connectionString = builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw EngineFailure.Settings("The connection string for SQL Server cannot be read. Example: Server=db.example;Database=archivejobs;User Id=archivejobs;Password=…", e);
        }

        if (Server.Length == 0)
        {
            throw EngineFailure.Settings("The connection string for SQL Server names no server. Example: Server=db.example;Database=archivejobs;User Id=archivejobs;Password=…");
        }
    }

    public string Name => "SQL Server";

    public string Server { get; }

    public bool IsSingleHost => false;

    public IReadOnlyList<string> KnownMigrations { get; } = MigrationIds.Of(typeof(SqlServerMasterProvider).Assembly);

    public IMasterRows Rows { get; } = new SqlServerRows();

    /// <summary>With the compiled model: building it at every start costs more than the first run's own queries.</summary>
    public void Configure(DbContextOptionsBuilder options)
    {
        ConfigureEngine(options);
        options.UseModel(CompiledModel.MasterContextModel.Instance);
    }

    /// <summary>Without the compiled model: for dotnet ef, which makes it, and for the test that compares the two.</summary>
    internal void ConfigureEngine(DbContextOptionsBuilder options) => options.UseSqlServer(
        _connectionString,
        server => server.MigrationsAssembly(typeof(SqlServerMasterProvider).Assembly));

    public async Task<IReadOnlyList<string>> ReadMigrationsAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqlConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
        }
        catch (Exception e) when (e is DbException or TimeoutException)
        {
            throw EngineFailure.Unreachable(Server, e);
        }

        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT CASE WHEN OBJECT_ID(N'[__EFMigrationsHistory]') IS NULL THEN 0 ELSE 1 END";
        if ((int)(await command.ExecuteScalarAsync(cancellationToken))! == 0)
        {
            return [];
        }

        command.CommandText = "SELECT [MigrationId] FROM [__EFMigrationsHistory] ORDER BY [MigrationId]";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(reader.GetString(0));
        }

        return applied;
    }

    public bool IsConflict(Exception failure) => DatabaseFailure.Find<SqlException>(failure)?.Number
        is Deadlock or SnapshotConflict or UniqueIndex or UniqueConstraint;

    public Situation? Explain(Exception failure) => SqlServerFailure.Explain(failure, Server);

    public async Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqlConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT SYSUTCDATETIME()";
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, TimeSpan.Zero);
    }
}
