using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master.Copying;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>One database engine for the master database.</summary>
public interface IMasterProvider
{
    /// <summary>For example SQLite.</summary>
    string Name { get; }

    /// <summary>Where it is, without secrets: a server with its port, or a file.</summary>
    string Server { get; }

    /// <summary>One process at a time may use it: the lock of the data directory then proves that every other host is dead.</summary>
    bool IsSingleHost { get; }

    void Configure(DbContextOptionsBuilder options);

    /// <summary>Ids of the migrations in the database in order, without starting the model; empty when there is no database yet.</summary>
    Task<IReadOnlyList<string>> ReadMigrationsAsync(CancellationToken cancellationToken);

    /// <summary>Ids of the migrations this version knows, in order.</summary>
    IReadOnlyList<string> KnownMigrations { get; }

    /// <summary>How all rows are copied out of it and into it.</summary>
    IMasterRows Rows { get; }

    /// <summary>Gives the room of removed rows back.</summary>
    /// <returns>Bytes before and after; null when this engine's server does it by itself and nothing is to do.</returns>
    /// <exception cref="ArchiveException">There is no room (StoreFull).</exception>
    Task<(long Before, long After)?> CompactAsync(CancellationToken cancellationToken) => Task.FromResult<(long Before, long After)?>(null);

    /// <summary>Another transaction was in the way (deadlock, serialization, unique index): nothing was written, and the same may succeed when it is done again from the start.</summary>
    bool IsConflict(Exception failure) => false;

    /// <summary>What time it is at the database. Leases of several hosts are compared by their clocks.</summary>
    Task<DateTimeOffset> ReadClockAsync(CancellationToken cancellationToken) => throw new NotSupportedException($"{Name} has no clock of its own.");

    /// <summary>What a failure of this engine means for people: its class decides what becomes of a run. Null when it has no name here.</summary>
    Situation? Explain(Exception failure) => null;
}
