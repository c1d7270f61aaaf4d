using Microsoft.EntityFrameworkCore.Storage;

namespace ArchiveJobs.Master.Copying;

/// <summary>What copying every row out of a database, or into one, needs to know of its engine.</summary>
public interface IMasterRows
{
    /// <summary>Begins a transaction in which all queries see one instant. Nothing is written in it.</summary>
    Task<IDbContextTransaction> BeginSnapshotAsync(MasterContext context, CancellationToken cancellationToken);

    /// <summary>The last number that the database gave to a row of this table, also to one that is gone; 0 when it gave none.</summary>
    Task<long> ReadLastNumberAsync(MasterContext context, NumberedTable table, CancellationToken cancellationToken);

    /// <summary>Lets the database go on behind <paramref name="last"/>.</summary>
    /// <param name="last">At least 1 and not below the largest number in the table.</param>
    Task WriteLastNumberAsync(MasterContext context, NumberedTable table, long last, CancellationToken cancellationToken);

    /// <summary>Whether rows bring their numbers with them from now on. One table at a time; engines that never mind do nothing.</summary>
    Task TakeNumbersAsync(MasterContext context, NumberedTable table, bool isOn, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A table whose key is a number that the database gives. Both names are constants of the model.</summary>
public sealed record NumberedTable(string Table, string Column);
