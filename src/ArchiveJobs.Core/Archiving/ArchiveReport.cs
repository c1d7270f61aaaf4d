using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Core.Archiving;

/// <summary>What this attempt of a run found; the numbers that count are read from the store.</summary>
public sealed record ArchiveReport(IReadOnlyList<MailboxReport> Mailboxes);

/// <param name="Ended">Place in the order in which the mailboxes of this attempt ended: 1, 2, 3 …</param>
/// <param name="Failure">Why the mailbox could not be read to its end; null when it was.</param>
/// <param name="LeftOut">Folders left out, with the reason.</param>
public sealed record MailboxReport(
    string Name,
    string Mailbox,
    int Ended,
    IReadOnlyList<FolderReport> Folders,
    IReadOnlyList<KeyValuePair<string, string>> LeftOut,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<Situation> Notices,
    ArchiveException? Failure);

/// <param name="Seen">Items that must have been decided by this run in this folder, over all its attempts.</param>
public sealed record FolderReport(FolderKey Folder, long Seen);
