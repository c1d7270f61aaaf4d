using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Core.Archiving;

/// <summary>What one run is to archive.</summary>
/// <param name="Connections">Mailboxes read at the same time, 1 to 32.</param>
/// <param name="MaxRate">Messages a second over all mailboxes, null for no limit.</param>
/// <param name="Rerendered">What a person decided about a server that delivers other octets than those archived.</param>
public sealed record ArchivePlan(IReadOnlyList<MailboxPlan> Mailboxes, int Connections, double? MaxRate, RerenderedDecision Rerendered);

/// <param name="Name">For people: the user name, or the path of files.</param>
/// <param name="Mailbox">The archive user who owns the tree.</param>
/// <param name="FolderRoot">First name of all paths in that tree, empty for none (the guide's label: the e-mail address).</param>
/// <param name="Open">Opens the source; does no IO yet.</param>
public sealed record MailboxPlan(string Name, string Mailbox, string FolderRoot, IFolderSelection Selection, Func<IMailboxSource> Open);

public enum RerenderedDecision
{
    /// <summary>Stop and ask when more than 100 messages and more than 10 % of a folder differ.</summary>
    Ask,

    /// <summary>Archive what the server sends now as new copies.</summary>
    ArchiveAsNew,

    /// <summary>Leave the archived copies; what differs counts as filtered.</summary>
    KeepArchived,
}
