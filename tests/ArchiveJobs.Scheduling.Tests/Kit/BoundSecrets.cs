using System.Security.Cryptography;
using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Scheduling.Tests.Kit;

/// <summary>Hides nothing, but notices every change, as the real one does.</summary>
internal sealed class BoundSecrets : ISecretProtector
{
    public byte[] Protect(ReadOnlySpan<byte> secret, string purpose) => [.. Digest(secret, purpose), .. secret];

    public byte[] Unprotect(ReadOnlySpan<byte> protectedSecret, string purpose)
    {
        var secret = protectedSecret[SHA256.HashSizeInBytes..];
        return Digest(secret, purpose).AsSpan().SequenceEqual(protectedSecret[..SHA256.HashSizeInBytes])
            ? secret.ToArray()
            : throw new ArchiveException(new Situation(SituationKeys.SecretUnreadable, ErrorClass.StoreCorrupt), "Changed.");
    }

    private static byte[] Digest(ReadOnlySpan<byte> secret, string purpose) => SHA256.HashData([.. Encoding.UTF8.GetBytes(purpose), .. secret]);
}
