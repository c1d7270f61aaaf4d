using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog.Comparing;

/// <summary>
/// A catalog as lines: per table JSON arrays with natural keys in place of row ids, sorted by their octets. Equal catalogs give equal lines, however
/// their commits were grouped and whatever row ids they got. Ids that nothing needs and that lie nowhere (left by dead entries of a segment since
/// retired) are left out: a catalog made anew never hears of them.
/// </summary>
internal static class CatalogDump
{
    /// <summary>A table and the statement that gives its lines.</summary>
    public static readonly IReadOnlyList<KeyValuePair<string, string>> Tables =
    [
        Table("meta", "hex(store), hex(incarnation), checkpoint, hex(chain_hash), messages, message_bytes, placements", "meta"),
        Table("applied_commit", "number, at, hex(chain_hash)", "applied_commit"),
        Table("message", "hex(id), size, is_raw, state, first_commit, last_commit, is_on_hold, segment, block, idx", "message WHERE state <> 0 OR segment IS NOT NULL"),
        Table(
            "envelope", "hex(m.id), e.subject, e.sender, e.recipients, e.message_id, e.date, e.date_offset",
            "envelope e LEFT JOIN message m ON m.num = e.message"),
        Table(
            "message_blob", "hex(m.id), n.ordinal, hex(b.id)",
            "message_blob n LEFT JOIN message m ON m.num = n.message LEFT JOIN blob b ON b.num = n.blob"),
        Table("blob", "hex(b.id), p.piece, p.segment, p.block, p.idx", "blob b JOIN blob_piece p ON p.blob = b.num"),
        Table("folder", "account, mailbox, path", "folder"),
        Table(
            "cursor",
            $"{Cursor("c.num")}, c.placements, c.gone, c.placed_commit, c.max_number, c.pass_commit, c.pass_uid_next, c.pass_messages, hex(c.pass_present)",
            "cursor c"),
        Table(
            "placement",
            $"{Cursor("p.cursor")}, p.uid, hex(m.id), p.flags, p.internal_date, p.internal_date_offset, p.is_gone, p.is_deleted",
            "placement p LEFT JOIN message m ON m.num = p.message"),
        Table(
            "placement_move", $"v.number, v.ordinal, v.is_renumber, {Cursor("v.from_cursor")}, v.from_uid, {Cursor("v.to_cursor")}, v.to_uid, hex(m.id)",
            "placement_move v LEFT JOIN message m ON m.num = v.message"),
        Table("item_name", $"{Cursor("n.cursor")}, n.name, n.number", "item_name n"),
        Table("done_uids", $"{Cursor("d.cursor")}, d.chunk, hex(d.uids)", "done_uids d"),
        Table(
            "run_folder",
            $"hex(r.run), {Cursor("r.cursor")}, r.archived, r.already_held, r.filtered, r.failed, r.quarantined, r.vanished, r.new_messages, r.new_bytes",
            "run_folder r"),
        Table(
            "run_uids", $"hex(r.run), {Cursor("r.cursor")}, u.outcome, u.chunk, hex(u.uids)",
            "run_uids u LEFT JOIN run_folder r ON r.num = u.run_folder"),
        Table("tombstone", "t.number, t.ordinal, hex(m.id), t.who, t.at, t.reason", "tombstone t LEFT JOIN message m ON m.num = t.message"),
        Table("hold", "h.number, h.ordinal, hex(m.id), h.is_held, h.who, h.at, h.reason", "hold h LEFT JOIN message m ON m.num = h.message"),
        Table("segment", "ordinal, hex(sha256), sealed_commit, retired_commit", "segment"),
    ];

    /// <summary>All lines, each behind its table's name.</summary>
    public static IEnumerable<string> Read(string path)
    {
        using var connection = CatalogConnection.OpenReader(path);
        foreach (var (table, sql) in Tables)
        {
            using var rows = new SqliteStatement(connection, sql);
            while (rows.Step())
            {
                yield return $"{table} {rows.Text(0)}";
            }
        }
    }

    /// <summary>The lines of one table, as UTF-8.</summary>
    public static IEnumerable<byte[]> ReadTable(SqliteConnection connection, string sql)
    {
        using var rows = new SqliteStatement(connection, sql);
        while (rows.Step())
        {
            yield return rows.Bytes(0).ToArray();
        }
    }

    private static KeyValuePair<string, string> Table(string name, string columns, string from) =>
        new(name, $"SELECT json_array({columns}) AS line FROM {from} ORDER BY line");

    /// <summary>A cursor by its names.</summary>
    private static string Cursor(string num) =>
        $"(SELECT json_array(f.account, f.mailbox, f.path, k.uid_validity) FROM cursor k JOIN folder f ON f.num = k.folder WHERE k.num = {num})";
}
