namespace ArchiveJobs.Core.Secrets;

/// <summary>Encrypts secrets of the master database under the installation key (AES-256-GCM, key by HKDF per purpose).</summary>
public interface ISecretProtector
{
    /// <param name="purpose">Binds the secret to its place, for example "mailbox-password"; must be given again to read it.</param>
    byte[] Protect(ReadOnlySpan<byte> secret, string purpose);

    /// <exception cref="ArchiveException">Made under another installation key or changed (StoreCorrupt).</exception>
    byte[] Unprotect(ReadOnlySpan<byte> protectedSecret, string purpose);
}
