using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Catalog.Comparing;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Tests.Catalog;

/// <summary>A catalog in a directory of its own, with commits that are numbered by themselves.</summary>
internal sealed class TempCatalog : IDisposable
{
    public static readonly CatalogIdentity Identity = new(new Guid(1, 2, 3, new byte[8]), new Guid(4, 5, 6, new byte[8]));
    public static readonly FolderKey Inbox = new("imap://ann@mail:143", "ann", "INBOX");
    public static readonly FolderKey Sent = new("imap://ann@mail:143", "ann", "Sent");
    public static readonly Guid Run = new(7, 8, 9, new byte[8]);
    public static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("catalog-");
    private long _number;

    public TempCatalog()
    {
        Path = System.IO.Path.Combine(_directory.FullName, CatalogFile.FileName);
        Writer = CatalogFile.Create(Path, Identity);
        Reader = new CatalogReader(Path);
    }

    public string Path { get; }
    public string DirectoryPath => _directory.FullName;
    public CatalogWriter Writer { get; private set; }
    public CatalogReader Reader { get; }

    public static ContentId Id(int number) => ContentId.Of(BitConverter.GetBytes(number));

    public static UidSet Uids(params uint[] uids) => new(uids);

    public static FolderFact Folder(int reference, FolderKey folder, uint uidValidity = 1) => new(reference, folder, uidValidity);

    public static MessageFact Message(int number, long size = 100, params ContentId[] blobs) => new(Id(number), size, false, blobs);

    public static PlacementFact Place(int folder, uint uid, int message) => new(folder, uid, Id(message), @"\Seen", Noon);

    public static TombstoneFact Tombstone(int message) => new(Id(message), "admin", Noon, "asked for");

    public static RunFact Decide(
        int folder, UidSet? archived = null, UidSet? alreadyHeld = null, UidSet? filtered = null, UidSet? failed = null, UidSet? quarantined = null, UidSet? vanished = null) =>
        new(Run, folder, archived ?? new(), alreadyHeld ?? new(), filtered ?? new(), failed ?? new(), quarantined ?? new(), vanished ?? new(), 0, 0);

    public static EntryLocation At(uint segment, long block, int index) => new(new SegmentId(1, segment), block, index);

    public static KeyValuePair<EntryKey, EntryLocation> MessageAt(int number, EntryLocation location) => new(new(EntryKind.Message, Id(number), 0), location);

    public static KeyValuePair<EntryKey, EntryLocation> BlobAt(int number, uint piece, EntryLocation location) => new(new(EntryKind.Blob, Id(number), piece), location);

    public static AppliedCommit Commit(long number, IReadOnlyList<Fact> facts, params KeyValuePair<EntryKey, EntryLocation>[] locations) =>
        new(new Commit(number, Noon.AddSeconds(number), facts), Id((int)number), locations, new Dictionary<ContentId, MessageEnvelope>());

    public void Apply(params Fact[] facts) => Writer.Apply([Commit(++_number, facts)]);

    public void Apply(Fact[] facts, params KeyValuePair<EntryKey, EntryLocation>[] locations) => Writer.Apply([Commit(++_number, facts, locations)]);

    public FolderRecord Read(FolderKey folder, uint uidValidity = 1) => Writer.ReadFolder(folder, uidValidity, Run);

    public IReadOnlyList<string> Dump() => [.. CatalogDump.Read(Path)];

    public CatalogOpening Reopen(CatalogIdentity identity, Func<long, ContentId?>? chainHashAt = null)
    {
        Writer.Dispose();
        Reader.Dispose();
        var opening = CatalogFile.Open(Path, identity, chainHashAt);
        Writer = opening.Writer ?? Writer;
        return opening;
    }

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
        _directory.Delete(recursive: true);
    }
}
