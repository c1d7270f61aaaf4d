using System.Data.Common;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master.Copying;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ArchiveJobs.Master.PostgreSql;

/// <summary>The master database on a PostgreSQL server; several hosts may share it.</summary>
internal sealed class PostgreSqlMasterProvider : IMasterProvider
{
    // Hangfire keeps a connection for each of its workers beside ours.
    private const int MinimumPool = 50;

    private readonly string _connectionString;

    public PostgreSqlMasterProvider(string connection)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "ArchiveJobs" };
            builder.MaxPoolSize = Math.Max(builder.MaxPoolSize, MinimumPool);
            Server = $"{builder.Host}:{builder.Port}";
            _connectionString = builder.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw EngineFailure.Settings("The connection string for PostgreSQL cannot be read. Example: Host=db.example;Database=archivejobs;Username=archivejobs;Password=…", e);
        }

        if (string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connection).Host))
        {
            throw EngineFailure.Settings("The connection string for PostgreSQL names no host. Example: Host=db.example;Database=archivejobs;Username=archivejobs;Password=…");
        }
    }

    public string Name => "PostgreSQL";

    /// <summary>Where it is, without secrets.</summary>
    public string Server { get; }

    public bool IsSingleHost => false;

    public IReadOnlyList<string> KnownMigrations { get; } = MigrationIds.Of(typeof(PostgreSqlMasterProvider).Assembly);

    public IMasterRows Rows { get; } = new PostgreSqlRows();

    /// <summary>With the compiled model: building it at every start costs more than the first run's own queries.</summary>
    public void Configure(DbContextOptionsBuilder options)
    {
        ConfigureEngine(options);
        options.UseModel(CompiledModel.MasterContextModel.Instance).AddInterceptors(NulCharacters.Interceptor);
    }

    /// <summary>Without the compiled model: for dotnet ef, which makes it, and for the test that compares the two.</summary>
    internal void ConfigureEngine(DbContextOptionsBuilder options) => options.UseNpgsql(
        _connectionString,
        postgres => postgres.MigrationsAssembly(typeof(PostgreSqlMasterProvider).Assembly));

    public async Task<IReadOnlyList<string>> ReadMigrationsAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            throw EngineFailure.Settings($"The PostgreSQL server {Server} has no database \"{connection.Database}\". Create it there first: CREATE DATABASE \"{connection.Database}\"", e);
        }
        catch (Exception e) when (e is DbException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw EngineFailure.Unreachable(Server, e);
        }

        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT to_regclass('\"__EFMigrationsHistory\"') IS NOT NULL";
        if (!(bool)(await command.ExecuteScalarAsync(cancellationToken))!)
        {
            return [];
        }

        command.CommandText = "SELECT \"MigrationId\" FROM \"__EFMigrationsHistory\" ORDER BY \"MigrationId\"";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(reader.GetString(0));
        }

        return applied;
    }

    /// <summary>A unique violation too: the other has committed by then, so that the next look sees what it wrote.</summary>
    public bool IsConflict(Exception failure) => DatabaseFailure.Find<PostgresException>(failure)?.SqlState
        is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation;

    public Situation? Explain(Exception failure) => PostgreSqlFailure.Explain(failure, Server);

    public async Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT clock_timestamp()";
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!, TimeSpan.Zero);
    }

    /// <summary>Marks the room of removed rows as free and refreshes what the planner knows; gives none back to the disk, which would lock the tables out.</summary>
    public async Task<(long Before, long After)?> CompactAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        var before = await SizeAsync(connection, cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "VACUUM (ANALYZE)";
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellationToken);
        return (before, await SizeAsync(connection, cancellationToken));
    }

    private static async Task<long> SizeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT pg_database_size(current_database())";
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
