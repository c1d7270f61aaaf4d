using System.Globalization;
using System.Text.Json.Nodes;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Worker.Cli;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Worker.Composition;

/// <summary>The stores as the master database lists them.</summary>
internal sealed class MasterStoreBook(IDbContextFactory<MasterContext> master, IArchiveStores stores, StorePlaces places, DataDirectory data, IAuditTrail audit, TimeProvider time) : IStoreBook
{
    private const int MaxNameLength = 200;

    public async Task<IReadOnlyList<StoreEntry>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var rows = await context.Stores.AsNoTracking().OrderBy(store => store.Id).ToListAsync(cancellationToken);
        return [.. rows.Select(Entry)];
    }

    public Task<IArchiveStore> OpenAsync(StoreEntry store, CancellationToken cancellationToken) => stores.OpenAsync(store.Location, cancellationToken);

    public async Task<StoreEntry> CreateAsync(string name, bool archiveHere, string by, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength)
        {
            throw CommandException.Usage("A store needs a name of at most 200 characters.");
        }

        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var rows = await context.Stores.OrderBy(store => store.Id).ToListAsync(cancellationToken);
        if (rows.Exists(store => string.Equals(store.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw CommandException.Usage($"There is a store \"{name}\" already. See: archivejobs store list");
        }

        var former = rows.Find(store => store.State == StoreState.ArchiveHere);
        var takesMail = archiveHere || former is null;
        var id = NextId(rows);
        var row = new Store
        {
            Id = id,
            Name = name,
            Path = $"stores/{id.ToString(CultureInfo.InvariantCulture)}",
            State = takesMail ? StoreState.ArchiveHere : StoreState.Normal,
            CreatedAt = time.GetUtcNow(),
        };

        // Crash after this line: a directory that no row names; its number is not given again.
        var created = await stores.CreateAsync(Entry(row).Location, cancellationToken);
        if (takesMail && former is not null)
        {
            await created.CopyCursorsFromAsync(await stores.OpenAsync(Entry(former).Location, cancellationToken), cancellationToken);
            former.State = StoreState.Normal;
            audit.Add(context, StateChange(former, StoreState.ArchiveHere));
        }

        context.Stores.Add(row);
        audit.Add(context, new AuditEntry(AuditActions.StoreAdd, by) { Details = new() { ["state"] = row.State.ToString() } }.About("store", row.Id, row.Name));
        await context.SaveChangesAsync(cancellationToken);
        return Entry(row);
    }

    private static AuditEntry StateChange(Store store, StoreState former) =>
        new AuditEntry(AuditActions.StoreChange, Environment.UserName) { Details = new() { ["state"] = new JsonArray(former.ToString(), store.State.ToString()) } }.About("store", store.Id, store.Name);

    /// <summary>One above every number in the database and in the directory.</summary>
    private int NextId(List<Store> rows)
    {
        var largest = rows.Count == 0 ? 0 : rows[^1].Id;
        foreach (var directory in Directory.Exists(data.Stores) ? Directory.EnumerateDirectories(data.Stores) : [])
        {
            if (int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                largest = Math.Max(largest, number);
            }
        }

        return largest + 1;
    }

    private StoreEntry Entry(Store store) => new(places.Of(store.Id, store.Name, store.Path), store.State.ToString());
}
