using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Catalog.Comparing;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Tests.Catalog;

/// <summary>Random commits against the plain model, and against themselves in other transactions.</summary>
public sealed class ModelTests
{
    private const int Commits = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void The_catalog_answers_as_the_plain_model_does(int seed)
    {
        using var catalog = new TempCatalog();
        var model = new MemoryCatalog();
        foreach (var applied in new RandomCommits(seed).Make(Commits))
        {
            catalog.Writer.Apply([applied]);
            model.Apply(applied.Commit, applied.Locations);

            CompareMessages(catalog.Writer, model);
            CompareFolders(catalog.Writer, model);
        }

        CompareTotals(catalog.Reader, model);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void How_commits_are_grouped_leaves_no_trace(int seed)
    {
        using var one = new TempCatalog();
        using var many = new TempCatalog();
        using var some = new TempCatalog();
        var commits = new RandomCommits(seed).Make(Commits);
        var random = new Random(seed);

        one.Writer.Apply(commits);
        commits.ForEach(commit => many.Writer.Apply([commit]));
        for (var at = 0; at < Commits;)
        {
            var count = Math.Min(random.Next(1, 10), Commits - at);
            some.Writer.Apply(commits.GetRange(at, count));
            some.Reopen(TempCatalog.Identity);
            at += count;
        }

        Assert.Equal(one.Dump(), many.Dump());
        Assert.Equal(one.Dump(), some.Dump());
        Assert.Empty(CatalogComparison.Compare(one.Path, many.Path, 10, CancellationToken.None));
        Assert.True(one.Dump().Count > 100);
    }

    private static void CompareMessages(CatalogWriter writer, MemoryCatalog model)
    {
        foreach (var id in Enumerable.Range(0, RandomCommits.Ids).Select(TempCatalog.Id))
        {
            Assert.Equal((model.IsHeld(id), model.IsDeleted(id), model.IsOnHold(id)), (writer.IsHeld(id), writer.IsDeleted(id), writer.IsOnHold(id)));
            foreach (var key in new EntryKey[] { new(EntryKind.Message, id, 0), new(EntryKind.Blob, id, 0), new(EntryKind.Blob, id, 1) })
            {
                Assert.Equal(model.Locate(key), writer.Locate(key));
            }

            var found = RandomCommits.Folders.Select(f => (f.Account, f.Mailbox)).Distinct().SelectMany(f => writer.FindPlacements(id, f.Account, f.Mailbox));
            Assert.Equal(model.Find(id).ToHashSet(), found.ToHashSet());
        }
    }

    private static void CompareFolders(CatalogWriter writer, MemoryCatalog model)
    {
        foreach (var folder in RandomCommits.Folders)
        {
            foreach (var uidValidity in RandomCommits.UidValidities)
            {
                var record = writer.ReadFolder(folder, uidValidity, TempCatalog.Run);
                Assert.Equal(model.Done(folder, uidValidity), record.Done);
                Assert.Equal(model.Placed(folder, uidValidity), record.Placed);
                Assert.Equal(model.Decided(folder, uidValidity, TempCatalog.Run), record.DecidedInRun);
                Assert.Equal(model.Former(folder, uidValidity), record.FormerUidValidity);
                Assert.Equal(model.Names(folder, uidValidity), record.Numbers);
                Assert.Equal(model.Pass(folder, uidValidity)?.Present, record.LastPass?.Present);
            }
        }
    }

    private static void CompareTotals(CatalogReader reader, MemoryCatalog model)
    {
        var statistics = reader.ReadStatistics();
        Assert.Equal((model.Messages, model.Bytes), (statistics.Messages, statistics.MessageBytes));
        Assert.Equal(RandomCommits.Folders.Sum(f => model.Count(f).Placements), statistics.Placements);
        foreach (var balance in RandomCommits.Runs.SelectMany(run => reader.ReadBalance(run).Folders.Select(f => (run, f))))
        {
            Assert.Equal(model.Counters(balance.run, balance.f.Folder), balance.f.Counters);
        }

        foreach (var summary in reader.ListFolders())
        {
            var counts = RandomCommits.Folders.Where(f => f.Mailbox == summary.Mailbox && f.Path == summary.Path).Select(model.Count).ToList();
            Assert.Equal((counts.Sum(c => c.Placements), counts.Sum(c => c.Gone)), (summary.Placements, summary.Gone));
            Assert.Equal(summary.Placements, reader.ReadPlacements(summary.Mailbox, summary.Path).Count());
        }
    }
}
