using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Tests.Catalog;

/// <summary>Commits of few names and numbers, so that everything meets everything. The same for the same seed.</summary>
internal sealed class RandomCommits(int seed)
{
    public const int Ids = 12;

    public static readonly IReadOnlyList<FolderKey> Folders =
        [TempCatalog.Inbox, TempCatalog.Sent, TempCatalog.Inbox with { Mailbox = "bob" }, TempCatalog.Inbox with { Account = "pop3://ann@mail:110" }];

    public static readonly IReadOnlyList<uint> UidValidities = [1, 2, 3];
    public static readonly IReadOnlyList<Guid> Runs = [TempCatalog.Run, new(1, 1, 1, new byte[8])];

    private readonly Random _random = new(seed);

    public List<AppliedCommit> Make(int commits)
    {
        var made = new List<AppliedCommit>();
        for (var number = 1; number <= commits; number++)
        {
            made.Add(Make((long)number));
        }

        return made;
    }

    private AppliedCommit Make(long number)
    {
        var facts = new List<Fact>();
        var folders = _random.Next(1, 4);
        for (var reference = 0; reference < folders; reference++)
        {
            facts.Add(new FolderFact(reference, Folders[_random.Next(Folders.Count)], UidValidities[_random.Next(UidValidities.Count)]));
        }

        for (var count = _random.Next(12); count > 0; count--)
        {
            facts.Add(MakeFact(folders));
        }

        var locations = Enumerable.Range(0, _random.Next(5)).Select(_ => new KeyValuePair<EntryKey, EntryLocation>(Entry(), Location())).ToList();
        var envelopes = facts.OfType<MessageFact>().Select(f => f.Id).Distinct()
            .ToDictionary(id => id, id => new MessageEnvelope($"subject {number}", "a@b", "", "", TempCatalog.Noon));
        return new AppliedCommit(new Commit(number, TempCatalog.Noon.AddSeconds(number), facts), ContentId.Of(BitConverter.GetBytes(number)), locations, envelopes);
    }

    private Fact MakeFact(int folders) => _random.Next(40) switch
    {
        < 10 => new MessageFact(Id(), _random.Next(1, 1000), _random.Next(2) == 0, [.. Enumerable.Range(0, _random.Next(3)).Select(_ => Id())]),
        < 20 => new PlacementFact(_random.Next(folders), Uid(), Id(), @"\Seen", null),
        < 23 => new MoveFact(_random.Next(folders), Uid(), _random.Next(folders), Uid(), Id(), "", TempCatalog.Noon),
        < 26 => new RenumberFact(_random.Next(folders), Uid(), _random.Next(folders), Uid(), Id(), "", null),
        < 29 => new GoneFact(_random.Next(folders), Uids()),
        < 30 => new DoneFact(_random.Next(folders), Uids()),
        < 31 => new PassFact(_random.Next(folders), Uid(), 3, Uids()),
        < 32 => new ItemNamesFact(_random.Next(folders), [new(Uid(), $"name {_random.Next(6)}")]),
        < 36 => new RunFact(Runs[_random.Next(2)], _random.Next(folders), Uids(), Uids(), Uids(), Uids(), Uids(), Uids(), _random.Next(5), _random.Next(500)),
        < 37 => new TombstoneFact(Id(), "who", TempCatalog.Noon, "why"),
        < 38 => new HoldFact(Id(), _random.Next(2) == 0, "who", TempCatalog.Noon, "why"),
        < 39 => new SegmentSealedFact(Segment(), Id()),
        _ => new SegmentRetiredFact(Segment(), [new SegmentSealedFact(Segment(), Id())]),
    };

    private ContentId Id() => TempCatalog.Id(_random.Next(Ids));

    // Few numbers, on both sides of the border between two chunks.
    private uint Uid() => (uint)_random.Next(1, 9) + (_random.Next(2) == 0 ? 0u : 4091u);

    private UidSet Uids() => new(Enumerable.Range(0, _random.Next(4)).Select(_ => Uid()));

    private SegmentId Segment() => new(1, (uint)_random.Next(1, 30));

    private EntryKey Entry() => _random.Next(2) == 0 ? new(EntryKind.Message, Id(), 0) : new(EntryKind.Blob, Id(), (uint)_random.Next(2));

    private EntryLocation Location() => new(Segment(), _random.Next(3), _random.Next(3));
}
