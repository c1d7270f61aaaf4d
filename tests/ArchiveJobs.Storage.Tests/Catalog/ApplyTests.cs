using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Catalog.Comparing;
using ArchiveJobs.Storage.Facts;
using static ArchiveJobs.Storage.Tests.Catalog.TempCatalog;

namespace ArchiveJobs.Storage.Tests.Catalog;

public sealed class ApplyTests : IDisposable
{
    private readonly TempCatalog _catalog = new();

    public void Dispose() => _catalog.Dispose();

    [Fact]
    public void A_failure_in_the_middle_leaves_nothing_of_the_transaction()
    {
        _catalog.Apply(Folder(0, Inbox), Message(1), Place(0, 1, 1), Decide(0, archived: Uids(1)), new SegmentRetiredFact(new(1, 1), []));
        var before = _catalog.Dump();

        Assert.Throws<InvalidOperationException>(() => _catalog.Writer.Apply(
        [
            Commit(2, [Folder(0, Sent), Message(2, 10, Id(50)), Place(0, 2, 2), Decide(0, archived: Uids(2)), Tombstone(1), new SegmentRetiredFact(new(1, 2), [])],
                BlobAt(50, 0, At(3, 10, 0))),
            Commit(3, [Place(0, 3, 2)]), // names a folder that its commit does not declare
        ]));

        Assert.Equal(before, _catalog.Dump());
        Assert.Equal((1, Id(1)), _catalog.Writer.Checkpoint);
        Assert.True(_catalog.Writer.IsHeld(Id(1)));
    }

    [Fact]
    public void After_a_failure_the_same_commits_are_applied_as_if_nothing_had_been()
    {
        AppliedCommit[] good =
        [
            Commit(1, [Folder(0, Inbox), Message(1, 10, Id(50)), Place(0, 1, 1), Decide(0, archived: Uids(1))], MessageAt(1, At(2, 5, 0)), BlobAt(50, 0, At(2, 10, 0))),
            Commit(2, [Folder(0, Inbox), Message(2, 10, Id(50)), Place(0, 2, 2), Decide(0, archived: Uids(2)), new SegmentRetiredFact(new(1, 1), [])]),
        ];
        Assert.Throws<InvalidOperationException>(() => _catalog.Writer.Apply([.. good, Commit(3, [new SegmentRetiredFact(new(1, 2), []), Place(0, 3, 2)])]));
        _catalog.Writer.Apply(good);
        using var other = new TempCatalog();
        other.Writer.Apply(good);

        Assert.Equal(other.Dump(), _catalog.Dump());
        Assert.Equal(At(2, 5, 0), _catalog.Reader.LocateMessage(Id(1))!.Entry);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public void A_number_that_does_not_follow_is_refused(long number)
    {
        Assert.Throws<ArgumentException>(() => _catalog.Writer.Apply([Commit(number, [Message(1)])]));

        Assert.False(_catalog.Writer.IsHeld(Id(1)));
    }

    [Fact]
    public void A_comparison_names_the_rows_that_differ()
    {
        using var other = new TempCatalog();
        _catalog.Apply(Folder(0, Inbox), Message(1), Place(0, 1, 1));
        other.Apply(Folder(0, Inbox), Message(1), Place(0, 2, 1));

        var differences = CatalogComparison.Compare(_catalog.Path, other.Path, 100, CancellationToken.None);

        Assert.Equal(
            [("done_uids", true), ("done_uids", false), ("placement", true), ("placement", false)],
            differences.OrderBy(d => d.Table).ThenByDescending(d => d.IsInFirst).Select(d => (d.Table, d.IsInFirst)));
        Assert.Single(CatalogComparison.Compare(_catalog.Path, other.Path, 1, CancellationToken.None));
        Assert.Empty(CatalogComparison.Compare(_catalog.Path, _catalog.Path, 100, CancellationToken.None));
    }
}
