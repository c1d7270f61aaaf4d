using ArchiveJobs.Master;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>Writes profiles with the rules of the command line; the host brings it.</summary>
public interface IProfileDesk
{
    /// <param name="profile">Of a new profile (Id 0) or a present one.</param>
    /// <param name="accounts">Null leaves the accounts of a present profile as they are.</param>
    /// <param name="by">Who asks, for the audit trail.</param>
    /// <returns>Null when it is saved, otherwise what does not fit together, for people.</returns>
    Task<string?> SaveAsync(ProfileDraft profile, IReadOnlyList<AccountDraft>? accounts, string by, CancellationToken cancellationToken);
}

public sealed record ProfileDraft(int Id, string Name, string Kind, ProfileSettings Settings, int? StoreId, int Connections);

/// <param name="Password">Null keeps the present one.</param>
/// <param name="Owner">The archive user whose tree is filled.</param>
public sealed record AccountDraft(string Login, string? Password, string? Address, string Owner)
{
    /// <summary>Never the password.</summary>
    public override string ToString() => Login;
}
