using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;
using static ArchiveJobs.Storage.Tests.Catalog.TempCatalog;

namespace ArchiveJobs.Storage.Tests.Catalog;

public sealed class ReaderTests : IDisposable
{
    private static readonly DateTimeOffset Received = new(2001, 2, 3, 4, 5, 6, TimeSpan.FromHours(-9.5));

    private readonly TempCatalog _catalog = new();

    public void Dispose() => _catalog.Dispose();

    [Fact]
    public void A_description_has_the_envelope_the_time_of_archiving_and_all_placements()
    {
        var envelope = new MessageEnvelope("会議 🍣", "a@b", "c@d, e@f", "<1@x>", Received);
        var facts = new Fact[]
        {
            Folder(0, Sent), Folder(1, Inbox, 4000000000), Message(1, 123),
            new PlacementFact(0, 4000000001, Id(1), @"\Seen $Work", Received), new PlacementFact(1, 2, Id(1), "", null),
        };
        _catalog.Writer.Apply([Commit(1, facts) with { Envelopes = new Dictionary<ContentId, MessageEnvelope> { [Id(1)] = envelope } }]);

        var summary = Assert.Single(_catalog.Reader.Describe([Id(7), Id(1)]));

        Assert.Equal((Id(1), 123L, envelope, Noon.AddSeconds(1)), (summary.Id, summary.Size, summary.Envelope, summary.ArchivedAt));
        Assert.Equal(Received.Offset, summary.Envelope.Date!.Value.Offset);
        Assert.Equal(
            [
                new(Id(1), "ann", "INBOX", 4000000000, 2, "", null, false),
                new Placement(Id(1), "ann", "Sent", 1, 4000000001, @"\Seen $Work", Received, false),
            ],
            summary.Placements);
    }

    [Fact]
    public void Descriptions_come_in_the_order_asked_however_many()
    {
        const int Messages = 600;
        _catalog.Apply([.. Enumerable.Range(1, Messages).Select(n => Message(n))]);
        var asked = Enumerable.Range(1, Messages).Reverse().Select(Id).ToList();

        Assert.Equal(asked, _catalog.Reader.Describe(asked).Select(m => m.Id));
    }

    [Fact]
    public void Ids_are_found_by_their_first_digits()
    {
        _catalog.Apply([.. Enumerable.Range(1, 50).Select(n => Message(n))]);
        _catalog.Apply(Tombstone(2));
        var text = Id(1).ToString();

        Assert.Equal([Id(1)], _catalog.Reader.Find(text[..8].ToUpperInvariant(), 10));
        Assert.Equal([Id(1)], _catalog.Reader.Find(text, 10));
        Assert.Equal([Id(1)], _catalog.Reader.Find(text[..7], 10));
        Assert.Empty(_catalog.Reader.Find(Id(2).ToString(), 10));
        Assert.Empty(_catalog.Reader.Find(text[..3], 10));
        Assert.Empty(_catalog.Reader.Find("zzzz", 10));
        Assert.Empty(_catalog.Reader.Find(text + "00", 10));
    }

    [Fact]
    public void A_balance_sums_all_commits_of_its_run_by_folder()
    {
        _catalog.Apply(Folder(0, Sent), Folder(1, Inbox), Decide(0, archived: Uids(1, 2), failed: Uids(9)) with { NewMessages = 1, NewBytes = 50 }, Decide(1, filtered: Uids(4)));
        _catalog.Apply(Folder(0, Sent), Decide(0, archived: Uids(3), quarantined: Uids(5), vanished: Uids(6, 7)) with { NewMessages = 2, NewBytes = 5 });
        _catalog.Apply(Folder(0, Sent, 2), Decide(0, alreadyHeld: Uids(1)));
        _catalog.Apply(Folder(0, Sent), Decide(0, archived: Uids(11)) with { Run = Guid.NewGuid() });

        var balance = _catalog.Reader.ReadBalance(Run);

        Assert.Equal(
            [new(Inbox, new RunCounters(0, 0, 1, 0, 0, 0, 0, 0)), new FolderBalance(Sent, new RunCounters(3, 1, 0, 1, 1, 3, 55, 2))],
            balance.Folders);
        Assert.Equal(7, balance.Total.Seen);
        Assert.Empty(_catalog.Reader.ReadBalance(Guid.NewGuid()).Folders);
    }

    [Fact]
    public void Placements_are_read_in_the_order_of_their_numbers_beyond_one_page()
    {
        const int Messages = 2500;
        var numbers = Enumerable.Range(1, Messages).ToArray();
        new Random(5).Shuffle(numbers);
        _catalog.Apply([Folder(0, Inbox), Message(1), .. numbers.Select(n => Place(0, (uint)n * 3, 1))]);

        Assert.Equal(Enumerable.Range(1, Messages).Select(n => (uint)n * 3), _catalog.Reader.ReadPlacements("ann", "INBOX").Select(p => p.Uid));
        Assert.Empty(_catalog.Reader.ReadPlacements("ann", "Sent"));
    }

    [Fact]
    public void Messages_are_read_in_the_order_of_their_entries_each_once()
    {
        const int Messages = 2500;
        var facts = Enumerable.Range(1, Messages).Select(n => Message(n));
        _catalog.Apply([.. facts], [.. Enumerable.Range(1, Messages).Select(n => MessageAt(n, At(1, (Messages - n) / 10, (Messages - n) % 10)))]);
        _catalog.Apply(Tombstone(7));

        using var reading = _catalog.Reader.ReadInStoreOrder().GetEnumerator();
        var read = new List<ContentId>();
        while (reading.MoveNext())
        {
            read.Add(reading.Current.Id);
            if (read.Count == 10)
            {
                // Compaction moves what was read already behind everything else, and archiving goes on.
                _catalog.Apply([Message(9000)], MessageAt(Messages, At(2, 0, 0)), MessageAt(1, At(2, 1, 0)), MessageAt(9000, At(2, 2, 0)));
            }
        }

        Assert.Equal(Messages - 1, read.Count);
        Assert.Equal(Enumerable.Range(1, Messages).Reverse().Where(n => n != 7).Select(Id), read);
    }

    [Fact]
    public void Followers_get_messages_and_deletions_commit_by_commit()
    {
        _catalog.Apply(Message(1), Message(2));
        _catalog.Apply(Message(3), Tombstone(1));
        _catalog.Apply([Message(4), Message(2)], MessageAt(4, At(1, 5, 0)));
        _catalog.Apply(Message(5));

        Assert.Equal(
            [(2, Id(3), false), (2, Id(1), true), (3, Id(2), false), (3, Id(4), false)],
            _catalog.Reader.ReadFeed(0, 3).Select(c => ((int)c.Commit, c.Id, c.IsDeletion)));
        Assert.Equal([(4, Id(5), (EntryLocation?)null)], _catalog.Reader.ReadFeed(3, 4).Select(c => ((int)c.Commit, c.Id, c.Location)));
        Assert.Equal(At(1, 5, 0), _catalog.Reader.ReadFeed(2, 3).Last().Location);
    }

    [Fact]
    public void A_follower_reads_large_commits_page_by_page()
    {
        _catalog.Apply([.. Enumerable.Range(1, 1500).Select(n => Message(n))]);
        _catalog.Apply([.. Enumerable.Range(1, 1200).Select(Tombstone), Message(5000)]);

        var changes = _catalog.Reader.ReadFeed(0, 2).ToList();

        Assert.Equal(300, changes.Count(c => c.Commit == 1 && !c.IsDeletion));
        Assert.Equal(Enumerable.Range(1, 1200).Select(Id), changes.Where(c => c.IsDeletion).Select(c => c.Id));
        Assert.Equal(1501, changes.Count);
    }

    [Fact]
    public void Cursors_of_all_folders_can_be_copied()
    {
        _catalog.Apply(Folder(0, Inbox), Folder(1, Sent, 7), new DoneFact(0, Uids(1, 2)), new ItemNamesFact(1, [new(3, "x")]), new PassFact(1, 9, 0, new()));

        var cursors = _catalog.Reader.ReadCursors().ToList();

        Assert.Equal([(Inbox, 1u), (Sent, 7u)], cursors.Select(c => (c.Folder, c.UidValidity)));
        Assert.Equal("1:2", cursors[0].Record.Done.ToString());
        Assert.Equal(3u, cursors[1].Record.Numbers["x"]);
        Assert.Equal(9u, cursors[1].Record.LastPass!.Status.UidNext);
    }

    [Fact]
    public async Task Many_read_while_one_writes()
    {
        _catalog.Apply(Message(1));
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 50; round++)
            {
                var (number, hash) = _catalog.Reader.ReadCheckpoint();

                Assert.Equal(Id((int)number), hash);
                Assert.Single(_catalog.Reader.Describe([Id(1)]));
            }
        })).ToList();
        for (var number = 2; number <= 50; number++)
        {
            _catalog.Apply(Folder(0, Inbox), Message(number), Place(0, (uint)number, number));
        }

        await Task.WhenAll(readers);

        Assert.Equal(50, _catalog.Reader.ReadStatistics().Messages);
    }

    [Fact]
    public void Damage_is_told_as_such()
    {
        _catalog.Apply([Folder(0, Inbox), .. Enumerable.Range(1, 300).SelectMany(n => new Fact[] { Message(n), Place(0, (uint)n, n) })]);
        _catalog.Writer.Dispose();
        _catalog.Reader.Dispose();
        using (var file = File.OpenWrite(_catalog.Path))
        {
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)file.Length - 4096).ToArray());
        }

        using var reader = new CatalogReader(_catalog.Path);

        Assert.Throws<CatalogCorruptException>(() => reader.ReadCheckpoint());
        Assert.Throws<CatalogCorruptException>(() => reader.ListFolders());
    }
}
