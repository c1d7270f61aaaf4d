using ArchiveJobs.Core;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Catalog.Model;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Storage.Tests.Catalog;

/// <summary>The tables that the writer makes are those that EF Core reads.</summary>
public sealed class SchemaTests : IDisposable
{
    private readonly TempCatalog _catalog = new();

    public void Dispose() => _catalog.Dispose();

    [Fact]
    public void Model_and_tables_have_the_same_columns_keys_and_indexes()
    {
        using var connection = CatalogConnection.OpenReader(_catalog.Path);
        using var made = new SqliteConnection("Data Source=:memory:");
        made.Open();
        using (var context = CatalogContext.Over(made))
        {
            Assert.True(context.Database.EnsureCreated());
        }

        Assert.Equal(Describe(made), Describe(connection));
    }

    [Theory]
    [InlineData("journal_mode", "wal")]
    [InlineData("synchronous", "1")]
    [InlineData("mmap_size", "0")]
    [InlineData("cell_size_check", "1")]
    [InlineData("wal_autocheckpoint", "20000")]
    [InlineData("cache_size", "-65536")]
    [InlineData("busy_timeout", "30000")]
    [InlineData("page_size", "4096")]
    public void The_writer_has_the_settings_of_the_document(string setting, string value)
    {
        using var connection = CatalogConnection.OpenWriter(_catalog.Path, create: false);

        Assert.Equal(value, Convert.ToString(connection.ReadScalar($"PRAGMA {setting}"), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_reader_cannot_write()
    {
        using var connection = CatalogConnection.OpenReader(_catalog.Path);

        Assert.Throws<ArchiveException>(() => connection.Execute("DELETE FROM meta"));
    }

    private static List<string> Describe(SqliteConnection connection)
    {
        var lines = Read(connection, """
            SELECT t.name || '.' || c.name || ' ' || c.type || CASE WHEN c."notnull" OR c.pk THEN ' not null' ELSE '' END || ' key ' || c.pk
            FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
            """);
        lines.AddRange(Read(connection, """
            SELECT t.name || ' index ' || i.name || ' ' || i."unique" || ' ' || (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
            FROM sqlite_schema t, pragma_index_list(t.name) i WHERE t.type = 'table' AND i.origin = 'c'
            """));
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static List<string> Read(SqliteConnection connection, string sql)
    {
        var lines = new List<string>();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}
