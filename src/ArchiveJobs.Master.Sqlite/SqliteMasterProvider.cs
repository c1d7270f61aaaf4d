using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master.Copying;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master.Sqlite;

/// <summary>The master database as one SQLite file in WAL mode; one host at a time.</summary>
internal sealed class SqliteMasterProvider : IMasterProvider
{
    private readonly string _path;
    private readonly string _connectionString;

    /// <param name="isPooled">False for a file that is complete, without a log beside it, once its last context is disposed.</param>
    public SqliteMasterProvider(string path, bool isPooled = true)
    {
        _path = path;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            Pooling = isPooled,
            DefaultTimeout = 30, // Seconds a writer waits for the one before it.
        }.ToString();
    }

    public string Name => "SQLite";

    public string Server => _path;

    public bool IsSingleHost => true;

    public IReadOnlyList<string> KnownMigrations { get; } = MigrationIds.Of(typeof(SqliteMasterProvider).Assembly);

    public IMasterRows Rows { get; } = new SqliteRows();

    /// <summary>With the compiled model: building it at every start costs more than the first run's own queries.</summary>
    public void Configure(DbContextOptionsBuilder options)
    {
        ConfigureEngine(options);
        options.UseModel(CompiledModel.MasterContextModel.Instance);
    }

    /// <summary>Without the compiled model: for dotnet ef, which makes it, and for the test that compares the two.</summary>
    internal void ConfigureEngine(DbContextOptionsBuilder options) => options.UseSqlite(
        _connectionString,
        sqlite => sqlite.MigrationsAssembly(typeof(SqliteMasterProvider).Assembly));

    public async Task<IReadOnlyList<string>> ReadMigrationsAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_path))
        {
            return [];
        }

        await using var connection = new SqliteConnection(_connectionString);
        await connection.OpenAsync(cancellationToken);
        if (await CountAsync(connection, "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsHistory'", cancellationToken) == 0)
        {
            return [];
        }

        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT MigrationId FROM __EFMigrationsHistory ORDER BY MigrationId";
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(reader.GetString(0));
        }

        return applied;
    }

    public Situation? Explain(Exception failure) => SqliteFailure.Explain(failure);

    /// <param name="path">Empty.</param>
    public Task CopyFileAsync(string path, CancellationToken cancellationToken) => new SqliteMaintenance(_path, _connectionString).CopyAsync(path, cancellationToken);

    public async Task<(long Before, long After)?> CompactAsync(CancellationToken cancellationToken) => await new SqliteMaintenance(_path, _connectionString).CompactAsync(cancellationToken);

    private static async Task<long> CountAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
