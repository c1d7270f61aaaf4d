using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Core.Sources;

/// <summary>Opens mailboxes of one kind of source; found by <see cref="Kind"/>.</summary>
public interface IMailSource
{
    /// <summary>imap, pop3, mbox, maildir or eml.</summary>
    string Kind { get; }

    /// <summary>Does no IO.</summary>
    IMailboxSource Open(MailboxConnection connection);
}

/// <summary>One account being read. Nothing on the source is ever changed. Not thread-safe; one connection.</summary>
/// <remarks>Every failure is an <see cref="ArchiveException"/> with the situation of the table; cancellation is an OperationCanceledException.</remarks>
public interface IMailboxSource : IAsyncDisposable
{
    /// <summary>Names the account for cursors, the same in every run: for example <c>imap://user@host:143</c>.</summary>
    string Account { get; }

    /// <summary>Connects and logs in; returns what a person should be told besides (for example that certificate problems are ignored).</summary>
    Task<IReadOnlyList<string>> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>All folders, also those that hold no messages, in the server's order, with their status where it costs no extra round trip each.</summary>
    Task<IReadOnlyList<SourceFolder>> ListFoldersAsync(CancellationToken cancellationToken);

    /// <summary>Asks anew for the status of these folders (RFC 9051 section 6.3.11), in their order; null for a folder that has vanished.</summary>
    Task<IReadOnlyList<FolderStatus?>> ReadStatusAsync(IReadOnlyList<SourceFolder> folders, CancellationToken cancellationToken);

    /// <summary>Opens one folder read-only (EXAMINE); the one before must be disposed first.</summary>
    Task<IFolderReader> OpenFolderAsync(SourceFolder folder, CancellationToken cancellationToken);
}

/// <summary>One folder opened read-only.</summary>
public interface IFolderReader : IAsyncDisposable
{
    FolderStatus Status { get; }

    /// <summary>All items in the folder, ascending by UID (or in the source's order for named items).</summary>
    /// <param name="known">UIDs whose flags and dates are not needed; the source may leave them empty for these. Empty for named items.</param>
    Task<IReadOnlyList<SourceItem>> ListAsync(UidSet known, CancellationToken cancellationToken);

    /// <summary>
    /// Reads the octets of these items, in any order, a few ahead of the consumer. Each item comes exactly once: delivered, vanished or failed.
    /// The consumer owns the delivered buffers.
    /// </summary>
    IAsyncEnumerable<FetchedItem> ReadAsync(IReadOnlyList<SourceItem> items, CancellationToken cancellationToken);
}

/// <param name="Path">Names joined by '/', decoded; a '/' inside a name is written as %2F, a '%' as %25.</param>
/// <param name="Selectable">False when it can hold no messages (\Noselect).</param>
public sealed record SourceFolder(string Path, SpecialUse Use, bool Selectable, FolderStatus? Status)
{
    /// <summary>The source's own handle; opaque to others.</summary>
    public object? Native { get; init; }
}

/// <summary>As in RFC 9051 section 6.3.11. Sources with named items use UIDVALIDITY 1.</summary>
/// <param name="UidNext">0 when the source does not say.</param>
/// <param name="Messages">Number of items in the folder; -1 when the source does not say.</param>
public readonly record struct FolderStatus(uint UidValidity, uint UidNext, long Messages);

/// <summary>RFC 6154, or what the usual English and Japanese names say.</summary>
public enum SpecialUse
{
    None,
    Inbox,
    All,
    Archive,
    Drafts,
    Flagged,
    Junk,
    Sent,
    Trash,
}

/// <summary>One item of a folder.</summary>
/// <param name="Uid">1 to 2^32 - 1; for named items 0 until the archive gave it a number.</param>
/// <param name="Name">For sources without UIDs (POP3 UIDL, file names): names the item for good inside its folder. Null for IMAP.</param>
/// <param name="Flags">System flags and keywords as the source writes them, separated by spaces (\Seen \Flagged $Forwarded).</param>
/// <param name="InternalDate">When the server received it; null when the source does not say.</param>
/// <param name="Size">Octets announced, 0 when unknown.</param>
public readonly record struct SourceItem(uint Uid, string? Name, string Flags, DateTimeOffset? InternalDate, long Size);

public enum FetchOutcome
{
    Delivered,

    /// <summary>Gone from the source before it was read. Not an error, not counted as seen.</summary>
    Vanished,

    /// <summary>The octets could not be had. Tried again in the next run.</summary>
    Failed,
}

/// <param name="Octets">Completed; only when delivered.</param>
/// <param name="Failure">Only when failed: message.unreadable or message.too-large.</param>
public readonly record struct FetchedItem(SourceItem Item, FetchOutcome Outcome, MessageBuffer? Octets, Situation? Failure);
