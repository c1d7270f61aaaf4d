namespace ArchiveJobs.Storage.Catalog;

/// <summary>
/// The tables of docs/formats/catalog.md. Written out and not made by EF Core: starting a writer must not cost the building of a model, and
/// EF knows no WITHOUT ROWID. A test compares it with the model of CatalogContext.
/// </summary>
internal static class CatalogSchema
{
    /// <summary>"AJC1" in PRAGMA application_id.</summary>
    public const long ApplicationId = 0x414A4331;

    /// <summary>PRAGMA user_version. Any change of a table or of the meaning of a column raises it.</summary>
    public const long Version = 1;

    // Tables first, indexes behind them; one statement each, so that the text in sqlite_schema can be compared when a catalog is opened.
    public static readonly string[] Statements =
    [
        "CREATE TABLE meta (num INTEGER PRIMARY KEY, store BLOB NOT NULL, incarnation BLOB NOT NULL, checkpoint INTEGER NOT NULL, chain_hash BLOB NOT NULL, messages INTEGER NOT NULL, message_bytes INTEGER NOT NULL, placements INTEGER NOT NULL)",
        "CREATE TABLE applied_commit (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, chain_hash BLOB NOT NULL)",
        "CREATE TABLE message (num INTEGER PRIMARY KEY, id BLOB NOT NULL, size INTEGER NOT NULL, is_raw INTEGER NOT NULL, state INTEGER NOT NULL, first_commit INTEGER NOT NULL, last_commit INTEGER NOT NULL, is_on_hold INTEGER NOT NULL, segment INTEGER, block INTEGER, idx INTEGER)",
        "CREATE TABLE envelope (message INTEGER PRIMARY KEY, subject TEXT NOT NULL, sender TEXT NOT NULL, recipients TEXT NOT NULL, message_id TEXT NOT NULL, date INTEGER, date_offset INTEGER)",
        "CREATE TABLE message_blob (message INTEGER NOT NULL, ordinal INTEGER NOT NULL, blob INTEGER NOT NULL, PRIMARY KEY (message, ordinal)) WITHOUT ROWID",
        "CREATE TABLE blob (num INTEGER PRIMARY KEY, id BLOB NOT NULL)",
        "CREATE TABLE blob_piece (blob INTEGER NOT NULL, piece INTEGER NOT NULL, segment INTEGER NOT NULL, block INTEGER NOT NULL, idx INTEGER NOT NULL, PRIMARY KEY (blob, piece)) WITHOUT ROWID",
        "CREATE TABLE folder (num INTEGER PRIMARY KEY, account TEXT NOT NULL, mailbox TEXT NOT NULL, path TEXT NOT NULL)",
        "CREATE TABLE cursor (num INTEGER PRIMARY KEY, folder INTEGER NOT NULL, uid_validity INTEGER NOT NULL, placements INTEGER NOT NULL, gone INTEGER NOT NULL, placed_commit INTEGER NOT NULL, max_number INTEGER NOT NULL, pass_commit INTEGER NOT NULL, pass_uid_next INTEGER NOT NULL, pass_messages INTEGER NOT NULL, pass_present BLOB NOT NULL)",
        "CREATE TABLE placement (cursor INTEGER NOT NULL, uid INTEGER NOT NULL, message INTEGER NOT NULL, flags TEXT NOT NULL, internal_date INTEGER, internal_date_offset INTEGER, is_gone INTEGER NOT NULL, is_deleted INTEGER NOT NULL, PRIMARY KEY (cursor, uid)) WITHOUT ROWID",
        "CREATE TABLE placement_move (number INTEGER NOT NULL, ordinal INTEGER NOT NULL, is_renumber INTEGER NOT NULL, from_cursor INTEGER NOT NULL, from_uid INTEGER NOT NULL, to_cursor INTEGER NOT NULL, to_uid INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (number, ordinal)) WITHOUT ROWID",
        "CREATE TABLE item_name (cursor INTEGER NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (cursor, name)) WITHOUT ROWID",
        "CREATE TABLE done_uids (cursor INTEGER NOT NULL, chunk INTEGER NOT NULL, uids BLOB NOT NULL, PRIMARY KEY (cursor, chunk)) WITHOUT ROWID",
        "CREATE TABLE run_folder (num INTEGER PRIMARY KEY, run BLOB NOT NULL, cursor INTEGER NOT NULL, archived INTEGER NOT NULL, already_held INTEGER NOT NULL, filtered INTEGER NOT NULL, failed INTEGER NOT NULL, quarantined INTEGER NOT NULL, vanished INTEGER NOT NULL, new_messages INTEGER NOT NULL, new_bytes INTEGER NOT NULL)",
        "CREATE TABLE run_uids (run_folder INTEGER NOT NULL, outcome INTEGER NOT NULL, chunk INTEGER NOT NULL, uids BLOB NOT NULL, PRIMARY KEY (run_folder, outcome, chunk)) WITHOUT ROWID",
        "CREATE TABLE tombstone (number INTEGER NOT NULL, ordinal INTEGER NOT NULL, message INTEGER NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (number, ordinal)) WITHOUT ROWID",
        "CREATE TABLE hold (number INTEGER NOT NULL, ordinal INTEGER NOT NULL, message INTEGER NOT NULL, is_held INTEGER NOT NULL, who TEXT NOT NULL, at INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (number, ordinal)) WITHOUT ROWID",
        "CREATE TABLE segment (ordinal INTEGER PRIMARY KEY, sha256 BLOB, sealed_commit INTEGER, retired_commit INTEGER)",
        "CREATE UNIQUE INDEX message_by_id ON message (id)",
        "CREATE INDEX message_by_place ON message (segment, block, idx)",
        "CREATE INDEX message_by_commit ON message (last_commit)",
        "CREATE UNIQUE INDEX blob_by_id ON blob (id)",
        "CREATE INDEX blob_piece_by_place ON blob_piece (segment, block, idx)",
        "CREATE INDEX message_blob_by_blob ON message_blob (blob)",
        "CREATE UNIQUE INDEX folder_by_path ON folder (account, mailbox, path)",
        "CREATE INDEX folder_by_mailbox ON folder (mailbox, path)",
        "CREATE UNIQUE INDEX cursor_by_folder ON cursor (folder, uid_validity)",
        "CREATE INDEX placement_by_message ON placement (message)",
        "CREATE UNIQUE INDEX run_folder_by_run ON run_folder (run, cursor)",
        "CREATE INDEX tombstone_by_message ON tombstone (message)",
        "CREATE INDEX hold_by_message ON hold (message)",
    ];
}
