using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Recovery;

/// <summary>Makes the catalog of a store anew from its segments alone. The caller holds the store's lock and nobody has the catalog open.</summary>
internal sealed class StoreRecovery(StoreLocation location, StoreDescriptor store, IMessageStructure structure)
{
    private const int MaxUnreadable = 10_000;

    private readonly string _catalog = Path.Combine(location.ViewsPath, CatalogFile.FileName);

    private string Segments => SegmentList.DirectoryOf(location.Path);

    /// <exception cref="ArchiveException">No room or no permission for the new catalog. The old one is as it was.</exception>
    public RecoveryReport Recover(IWorkProgress progress, CancellationToken cancellationToken)
    {
        var damages = Build(progress, cancellationToken);
        using var reader = new CatalogReader(_catalog);
        var totals = reader.ReadStatistics();
        var unreadable = Describe(reader, reader.ReadMessagesWithoutEntry().Take(MaxUnreadable).ToList());
        var mailboxes = reader.ListFolders().Select(folder => folder.Mailbox).Distinct(StringComparer.Ordinal).ToList();
        return new RecoveryReport(totals.HeadCommit, totals.Messages, totals.Placements, mailboxes, unreadable, damages);
    }

    /// <summary>Builds a catalog at another place, for comparison.</summary>
    /// <returns>Damage met on the way.</returns>
    public IReadOnlyList<Damage> BuildAt(string path, long upTo, IWorkProgress? progress, CancellationToken cancellationToken)
    {
        CatalogFile.Delete(path);
        var replay = new CommitReplay(Segments, store, structure);
        using var writer = CatalogFile.Create(path, new CatalogIdentity(store.Id, store.Incarnation));
        replay.Apply(writer, upTo, progress, cancellationToken);
        return replay.Damages;
    }

    public static IReadOnlyList<DamagedMessage> Describe(CatalogReader reader, IReadOnlyList<ContentId> ids, string reason = "no entry of it verifies in any segment") =>
        [.. reader.Describe(ids).Select(message => new DamagedMessage(message.Id, message.Size, message.Placements, reason))];

    private IReadOnlyList<Damage> Build(IWorkProgress progress, CancellationToken cancellationToken)
    {
        // Where several hosts share the stores, this one may never have opened it.
        PrivateDirectory.Create(location.ViewsPath);
        var fresh = _catalog + ".new";
        var damages = BuildAt(fresh, long.MaxValue, progress, cancellationToken);

        // Crash between the two: no catalog, which the next opening makes again.
        CatalogFile.Delete(_catalog);
        File.Move(fresh, _catalog);
        return damages;
    }
}
