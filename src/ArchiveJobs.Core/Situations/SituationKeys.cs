namespace ArchiveJobs.Core.Situations;

/// <summary>Keys of the situations; each has its sentences in English and Japanese (Situations/sentences.tsv).</summary>
public static class SituationKeys
{
    public const string HostUnknown = "host.unknown";
    public const string HostRefused = "host.refused";
    public const string HostTimeout = "host.timeout";
    public const string TlsUntrusted = "tls.untrusted";
    public const string TlsExpired = "tls.expired";
    public const string TlsWrongName = "tls.wrong-name";
    public const string TlsSelfSigned = "tls.self-signed";
    public const string TlsVersion = "tls.version";
    public const string TlsNoStartTls = "tls.no-starttls";
    public const string LoginRefused = "login.refused";
    public const string LoginLocked = "login.locked";
    public const string LoginTooMany = "login.too-many";
    public const string ServerThrottled = "server.throttled";
    public const string ServerUnavailable = "server.unavailable";
    public const string ServerDropped = "server.dropped";
    public const string MailboxMissing = "mailbox.missing";
    public const string FolderVanished = "folder.vanished";
    public const string FolderRenumbered = "folder.renumbered";
    public const string FolderRerendered = "folder.rerendered";
    public const string MessageUnreadable = "message.unreadable";
    public const string MessageTooLarge = "message.too-large";
    public const string MessageQuarantined = "message.quarantined";
    public const string Pop3NoUidl = "pop3.no-uidl";
    public const string CsvColumns = "csv.columns";
    public const string CsvPasswordEmpty = "csv.password-empty";
    public const string CsvEncoding = "csv.encoding";
    public const string CsvDuplicate = "csv.duplicate";
    public const string PathMissing = "path.missing";
    public const string PathDenied = "path.denied";
    public const string DiskFull = "disk.full";
    public const string DiskReadOnly = "disk.readonly";
    public const string StoreBusy = "store.busy";
    public const string StoreDamaged = "store.damaged";
    public const string StoreOffline = "store.offline";
    public const string CatalogBehind = "catalog.behind";
    public const string CatalogRebuilt = "catalog.rebuilt";
    public const string IndexBroken = "index.broken";
    public const string RunBlocked = "run.blocked";
    public const string RunInterrupted = "run.interrupted";
    public const string RunCanceled = "run.canceled";
    public const string RunUnbalanced = "run.unbalanced";
    public const string RunUnexpected = "run.unexpected";
    public const string DatabaseNewer = "database.newer";
    public const string HostSecondSqlite = "host.second-sqlite";
}
