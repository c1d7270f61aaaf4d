using ArchiveJobs.Core;
using ArchiveJobs.Storage.Catalog;
using Microsoft.Data.Sqlite;
using static ArchiveJobs.Storage.Tests.Catalog.TempCatalog;

namespace ArchiveJobs.Storage.Tests.Catalog;

public sealed class OpeningTests : IDisposable
{
    private readonly TempCatalog _catalog = new();

    public void Dispose() => _catalog.Dispose();

    [Fact]
    public void A_catalog_opened_again_knows_what_it_knew_and_goes_on()
    {
        _catalog.Apply(Folder(0, Inbox), Message(1), Place(0, 1, 1));

        Assert.Equal(CatalogCondition.Opened, _catalog.Reopen(Identity, number => Id((int)number)).Condition);

        _catalog.Apply(Folder(0, Inbox), Message(2), Place(0, 2, 2));

        Assert.True(_catalog.Writer.IsHeld(Id(1)));
        Assert.Equal("1:2", _catalog.Read(Inbox).Placed.ToString());
    }

    [Fact]
    public void No_file_is_missing()
    {
        Assert.Equal(CatalogCondition.Missing, CatalogFile.Open(_catalog.Path + "x", Identity).Condition);
        Assert.False(File.Exists(_catalog.Path + "x"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_store_or_incarnation_is_foreign(bool store)
    {
        var other = store ? Identity with { Store = Guid.NewGuid() } : Identity with { Incarnation = Guid.NewGuid() };

        Assert.Equal(CatalogCondition.Foreign, _catalog.Reopen(other).Condition);
    }

    [Fact]
    public void Another_history_is_foreign()
    {
        _catalog.Apply(Message(1));

        Assert.Equal(CatalogCondition.Foreign, _catalog.Reopen(Identity, _ => Id(99)).Condition);
    }

    [Fact]
    public void A_checkpoint_beyond_the_segments_is_ahead()
    {
        _catalog.Apply(Message(1));
        _catalog.Apply(Message(2));

        Assert.Equal(CatalogCondition.Ahead, _catalog.Reopen(Identity, number => number <= 1 ? Id(1) : null).Condition);
    }

    [Theory]
    [InlineData("PRAGMA user_version=2", "OtherVersion")]
    [InlineData("PRAGMA application_id=7", "OtherVersion")]
    [InlineData("DROP INDEX placement_by_message", "Corrupt")]
    [InlineData("ALTER TABLE placement ADD COLUMN x INTEGER", "Corrupt")]
    [InlineData("DELETE FROM meta", "Corrupt")]
    public void Another_version_and_other_tables_are_not_used(string change, string condition)
    {
        using (var connection = new SqliteConnection($"Data Source={_catalog.Path};Pooling=False"))
        {
            connection.Open();
            connection.Execute(change);
        }

        Assert.Equal(Enum.Parse<CatalogCondition>(condition), _catalog.Reopen(Identity).Condition);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void A_file_that_is_no_database_is_corrupt(int offset)
    {
        _catalog.Writer.Dispose();
        _catalog.Reader.Dispose();
        using (var file = File.OpenWrite(_catalog.Path))
        {
            file.Position = offset;
            file.Write(new byte[4096]);
        }

        Assert.Contains(_catalog.Reopen(Identity).Condition, new[] { CatalogCondition.Corrupt, CatalogCondition.OtherVersion });
    }

    [Fact]
    public void Damage_found_while_writing_is_told_as_such()
    {
        _catalog.Apply(Folder(0, Inbox), Message(1), Place(0, 1, 1));
        _catalog.Writer.Dispose();
        _catalog.Reader.Dispose();
        using (var file = File.OpenWrite(_catalog.Path))
        {
            // All pages but the first, which holds the schema.
            file.Position = 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, (int)file.Length - 4096).ToArray());
        }

        Assert.Equal(CatalogCondition.Corrupt, _catalog.Reopen(Identity).Condition);
    }

    [Fact]
    public void Moved_aside_it_leaves_room_for_a_new_one()
    {
        _catalog.Apply(Message(1));
        _catalog.Writer.Dispose();
        _catalog.Reader.Dispose();
        File.WriteAllText(_catalog.Path + "-wal", "left by a crash");
        var damaged = Path.Combine(_catalog.DirectoryPath, "damaged");

        Assert.Equal(Path.Combine(damaged, "catalog-0001.db"), CatalogFile.MoveAside(_catalog.Path, damaged));
        Assert.True(File.Exists(Path.Combine(damaged, "catalog-0001.db-wal")));

        using (var anew = CatalogFile.Create(_catalog.Path, Identity))
        {
            Assert.Equal(0, anew.Checkpoint.Number);
        }

        Assert.Equal(Path.Combine(damaged, "catalog-0002.db"), CatalogFile.MoveAside(_catalog.Path, damaged));
    }

    [Fact]
    public void A_wal_that_lost_its_catalog_is_not_taken_for_the_new_ones()
    {
        _catalog.Apply(Message(1));
        File.Copy(_catalog.Path + "-wal", _catalog.Path + ".kept");
        _catalog.Writer.Dispose();
        _catalog.Reader.Dispose();
        File.Delete(_catalog.Path);
        File.Move(_catalog.Path + ".kept", _catalog.Path + "-wal");

        using var anew = CatalogFile.Create(_catalog.Path, Identity);

        Assert.Equal((0, default(ContentId)), anew.Checkpoint);
        Assert.False(anew.IsHeld(Id(1)));
    }
}
