namespace ArchiveJobs.Core.Secrets;

/// <summary>The recovery code of this installation: the second way to its key, and the only one that backups carry.</summary>
public interface IRecoveryCodes
{
    /// <summary>Null when there is none yet.</summary>
    RecoveryCodeState? Read();

    /// <summary>Makes a new code. The former one opens only the backups made while it was valid.</summary>
    /// <returns>The code, which is kept nowhere: shown once, never logged.</returns>
    string Renew();

    /// <summary>Reads a code back; a fitting one counts as kept in a safe place from then on.</summary>
    /// <returns>False when it does not fit, or there is none.</returns>
    bool Confirm(string code);
}

/// <param name="ConfirmedAt">Null until it was read back.</param>
public sealed record RecoveryCodeState(DateTimeOffset CreatedAt, DateTimeOffset? ConfirmedAt);
