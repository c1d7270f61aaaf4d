namespace ArchiveJobs.Worker.Composition;

/// <summary>Reads the guide's list of mailboxes (CSV).</summary>
internal interface IMailboxList
{
    /// <param name="fileName">For messages.</param>
    /// <exception cref="Core.ArchiveException">csv.columns, csv.password-empty, csv.encoding or csv.duplicate; nothing is taken over.</exception>
    IReadOnlyList<ListedMailbox> Read(byte[] content, string fileName);
}

/// <param name="Address">Null when the list does not say.</param>
/// <param name="ArchiveUser">Null when the list does not say.</param>
internal sealed record ListedMailbox(string User, string Password, string? Address, string? ArchiveUser);
