namespace ArchiveJobs.Mail.Csv;

/// <summary>One mailbox of a list. The password is for the connection and the secret store only.</summary>
/// <param name="Row">As a spreadsheet numbers it; the header is row 1.</param>
/// <param name="Address">Label of the mailbox's folder in the archive; null when the list gives none.</param>
/// <param name="ArchiveUser">Whose archive it becomes; the user name at the server when the list gives none.</param>
public sealed record MailboxListRow(int Row, string User, string Password, string? Address, string ArchiveUser)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => $"Row {Row}: {User}";
}
