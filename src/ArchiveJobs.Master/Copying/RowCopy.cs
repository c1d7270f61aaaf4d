using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace ArchiveJobs.Master.Copying;

/// <summary>
/// Copies every row of the model from one database to another, whatever their engines, and the numbers they have given. It goes by the model alone: a table or column
/// that is added later is copied too.
/// </summary>
/// <param name="from">With a transaction in which it sees one instant.</param>
/// <param name="to">Has the schema and no rows.</param>
public sealed class RowCopy(MasterContext from, IMasterRows fromRows, MasterContext to, IMasterRows toRows)
{
    // In memory at once. A row is a few kilobytes, a run with all its documents a few hundred.
    private const int BatchRows = 200;

    private static readonly MethodInfo CopyRows = typeof(RowCopy).GetMethod(nameof(CopyRowsAsync), BindingFlags.Instance | BindingFlags.NonPublic)!;
    private static readonly MethodInfo HasRows = typeof(RowCopy).GetMethod(nameof(HasRowsAsync), BindingFlags.Static | BindingFlags.NonPublic)!;

    /// <returns>How many rows.</returns>
    /// <exception cref="System.Data.Common.DbException">One of the two databases failed, perhaps wrapped (<see cref="DatabaseFailure.Is"/>). The target holds a part, unless it has a transaction.</exception>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        to.ChangeTracker.AutoDetectChangesEnabled = false;
        var rows = 0L;
        foreach (var type in InOrder(from.Model))
        {
            var copy = CopyRows.MakeGenericMethod(type.ClrType).CreateDelegate<Func<bool, CancellationToken, Task<long>>>(this);
            var numbered = NumberedTableOf(type);
            if (numbered is null)
            {
                rows += await copy(RefersToItself(type), cancellationToken);
                continue;
            }

            await toRows.TakeNumbersAsync(to, numbered, isOn: true, cancellationToken);
            rows += await copy(RefersToItself(type), cancellationToken);
            await toRows.TakeNumbersAsync(to, numbered, isOn: false, cancellationToken);
            await CopyLastNumberAsync(numbered, cancellationToken);
        }

        return rows;
    }

    /// <summary>The first table that has rows; null when none has.</summary>
    public static async Task<string?> FindRowsAsync(MasterContext context, CancellationToken cancellationToken)
    {
        foreach (var type in InOrder(context.Model))
        {
            var any = HasRows.MakeGenericMethod(type.ClrType).CreateDelegate<Func<MasterContext, CancellationToken, Task<bool>>>();
            if (await any(context, cancellationToken))
            {
                return type.GetTableName();
            }
        }

        return null;
    }

    private static Task<bool> HasRowsAsync<TRow>(MasterContext context, CancellationToken cancellationToken)
        where TRow : class => context.Set<TRow>().AnyAsync(cancellationToken);

    /// <param name="isOneBatch">Rows name others of the same table: the order in which they can be written is known only with all of them at hand.</param>
    private async Task<long> CopyRowsAsync<TRow>(bool isOneBatch, CancellationToken cancellationToken)
        where TRow : class
    {
        var rows = 0L;
        var batch = new List<TRow>(BatchRows);
        await foreach (var row in from.Set<TRow>().AsNoTracking().AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            batch.Add(row);
            rows++;
            if (batch.Count >= BatchRows && !isOneBatch)
            {
                await WriteAsync(batch, cancellationToken);
            }
        }

        await WriteAsync(batch, cancellationToken);
        return rows;
    }

    private async Task WriteAsync<TRow>(List<TRow> batch, CancellationToken cancellationToken)
        where TRow : class
    {
        to.AddRange(batch);
        await to.SaveChangesAsync(cancellationToken);
        to.ChangeTracker.Clear();
        batch.Clear();
    }

    /// <summary>A number is never given twice: runs outlive the schedule that they name by its number.</summary>
    private async Task CopyLastNumberAsync(NumberedTable table, CancellationToken cancellationToken)
    {
        var last = await fromRows.ReadLastNumberAsync(from, table, cancellationToken);
        if (last > 0)
        {
            await toRows.WriteLastNumberAsync(to, table, last, cancellationToken);
        }
    }

    /// <summary>A table comes after those that it names.</summary>
    private static List<IEntityType> InOrder(IModel model)
    {
        var ordered = new List<IEntityType>();
        var left = model.GetEntityTypes().OrderBy(type => type.Name, StringComparer.Ordinal).ToList();
        while (left.Count > 0)
        {
            var next = left.First(type => type.GetForeignKeys().All(key => key.PrincipalEntityType == type || ordered.Contains(key.PrincipalEntityType)));
            ordered.Add(next);
            left.Remove(next);
        }

        return ordered;
    }

    private static bool RefersToItself(IEntityType type) => type.GetForeignKeys().Any(key => key.PrincipalEntityType == type);

    private static NumberedTable? NumberedTableOf(IEntityType type) => type.FindPrimaryKey()!.Properties
        .Where(property => property.ValueGenerated == ValueGenerated.OnAdd && (property.ClrType == typeof(int) || property.ClrType == typeof(long)))
        .Select(property => new NumberedTable(type.GetTableName()!, property.GetColumnName()))
        .SingleOrDefault();
}
