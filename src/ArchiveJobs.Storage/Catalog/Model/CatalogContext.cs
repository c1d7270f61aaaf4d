using System.Text;
using ArchiveJobs.Core;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ArchiveJobs.Storage.Catalog.Model;

/// <summary>The catalog as EF Core sees it: for what people ask (lists, descriptions, statistics). Reads only; the writer has prepared statements.</summary>
internal sealed class CatalogContext(DbContextOptions<CatalogContext> options) : DbContext(options)
{
    public DbSet<MetaRow> Meta => Set<MetaRow>();
    public DbSet<AppliedCommitRow> Commits => Set<AppliedCommitRow>();
    public DbSet<MessageRow> Messages => Set<MessageRow>();
    public DbSet<EnvelopeRow> Envelopes => Set<EnvelopeRow>();
    public DbSet<FolderRow> Folders => Set<FolderRow>();
    public DbSet<CursorRow> Cursors => Set<CursorRow>();
    public DbSet<PlacementRow> Placements => Set<PlacementRow>();

    /// <param name="connection">Open; stays the caller's.</param>
    public static CatalogContext Over(SqliteConnection connection) => new(new DbContextOptionsBuilder<CatalogContext>()
        .UseSqlite(connection)
        .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
        .Options);

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<ContentId>().HaveConversion<ContentIdConverter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        Map<MetaRow>(modelBuilder, "meta").HasKey(r => r.Num);
        Map<AppliedCommitRow>(modelBuilder, "applied_commit").HasKey(r => r.Number);
        MapMessages(modelBuilder);
        MapFolders(modelBuilder);
        MapRuns(modelBuilder);
        MapRecords(modelBuilder);
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
        {
            property.SetColumnName(ColumnName(property.Name));
            property.ValueGenerated = ValueGenerated.Never;
        }
    }

    private static void MapMessages(ModelBuilder modelBuilder)
    {
        var message = Map<MessageRow>(modelBuilder, "message");
        message.HasKey(r => r.Num);
        message.HasIndex(r => r.Id, "message_by_id").IsUnique();
        message.HasIndex(r => new { r.Segment, r.Block, r.Idx }, "message_by_place");
        message.HasIndex(r => r.LastCommit, "message_by_commit");
        Map<EnvelopeRow>(modelBuilder, "envelope").HasKey(r => r.Message);
        var need = Map<MessageBlobRow>(modelBuilder, "message_blob");
        need.HasKey(r => new { r.Message, r.Ordinal });
        need.HasIndex(r => r.Blob, "message_blob_by_blob");
        var blob = Map<BlobRow>(modelBuilder, "blob");
        blob.HasKey(r => r.Num);
        blob.HasIndex(r => r.Id, "blob_by_id").IsUnique();
        var piece = Map<BlobPieceRow>(modelBuilder, "blob_piece");
        piece.HasKey(r => new { r.Blob, r.Piece });
        piece.HasIndex(r => new { r.Segment, r.Block, r.Idx }, "blob_piece_by_place");
    }

    private static void MapFolders(ModelBuilder modelBuilder)
    {
        var folder = Map<FolderRow>(modelBuilder, "folder");
        folder.HasKey(r => r.Num);
        folder.HasIndex(r => new { r.Account, r.Mailbox, r.Path }, "folder_by_path").IsUnique();
        folder.HasIndex(r => new { r.Mailbox, r.Path }, "folder_by_mailbox");
        var cursor = Map<CursorRow>(modelBuilder, "cursor");
        cursor.HasKey(r => r.Num);
        cursor.HasIndex(r => new { r.Folder, r.UidValidity }, "cursor_by_folder").IsUnique();
        var placement = Map<PlacementRow>(modelBuilder, "placement");
        placement.HasKey(r => new { r.Cursor, r.Uid });
        placement.HasIndex(r => r.Message, "placement_by_message");
        Map<PlacementMoveRow>(modelBuilder, "placement_move").HasKey(r => new { r.Number, r.Ordinal });
        Map<ItemNameRow>(modelBuilder, "item_name").HasKey(r => new { r.Cursor, r.Name });
        Map<DoneUidsRow>(modelBuilder, "done_uids").HasKey(r => new { r.Cursor, r.Chunk });
    }

    private static void MapRuns(ModelBuilder modelBuilder)
    {
        var run = Map<RunFolderRow>(modelBuilder, "run_folder");
        run.HasKey(r => r.Num);
        run.HasIndex(r => new { r.Run, r.Cursor }, "run_folder_by_run").IsUnique();
        Map<RunUidsRow>(modelBuilder, "run_uids").HasKey(r => new { r.RunFolder, r.Outcome, r.Chunk });
    }

    private static void MapRecords(ModelBuilder modelBuilder)
    {
        var tombstone = Map<TombstoneRow>(modelBuilder, "tombstone");
        tombstone.HasKey(r => new { r.Number, r.Ordinal });
        tombstone.HasIndex(r => r.Message, "tombstone_by_message");
        var hold = Map<HoldRow>(modelBuilder, "hold");
        hold.HasKey(r => new { r.Number, r.Ordinal });
        hold.HasIndex(r => r.Message, "hold_by_message");
        Map<SegmentRow>(modelBuilder, "segment").HasKey(r => r.Ordinal);
    }

    private static EntityTypeBuilder<TRow> Map<TRow>(ModelBuilder modelBuilder, string table)
        where TRow : class => modelBuilder.Entity<TRow>().ToTable(table);

    /// <summary>LastCommit: last_commit; Sha256: sha256.</summary>
    private static string ColumnName(string property)
    {
        var name = new StringBuilder();
        foreach (var letter in property)
        {
            if (char.IsAsciiLetterUpper(letter) && name.Length > 0)
            {
                name.Append('_');
            }

            name.Append(char.ToLowerInvariant(letter));
        }

        return name.ToString();
    }
}
