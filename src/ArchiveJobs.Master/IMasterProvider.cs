using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>One database engine for the master database.</summary>
public interface IMasterProvider
{
    /// <summary>For example SQLite.</summary>
    string Name { get; }

    /// <summary>One process at a time may use it: the lock of the data directory then proves that every other host is dead.</summary>
    bool IsSingleHost { get; }

    void Configure(DbContextOptionsBuilder options);

    /// <summary>Ids of the migrations in the database in order, without starting the model; empty when there is no database yet.</summary>
    Task<IReadOnlyList<string>> ReadMigrationsAsync(CancellationToken cancellationToken);

    /// <summary>Ids of the migrations this version knows, in order.</summary>
    IReadOnlyList<string> KnownMigrations { get; }
}
