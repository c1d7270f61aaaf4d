using System.Buffers.Binary;
using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Secrets;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master.Audit;

/// <summary>The last sealed event.</summary>
/// <param name="Sequence">0 when nothing is sealed.</param>
public sealed record AuditHead(long Sequence, byte[] Hash)
{
    internal const string Setting = "audit.head";
    private const string Purpose = "audit-head";
    private const byte Version = 1;
    private const int Octets = 1 + sizeof(long) + SHA256.HashSizeInBytes;

    public string HashText => Convert.ToHexStringLower(Hash);

    internal string Protect(ISecretProtector secrets)
    {
        var octets = new byte[Octets];
        octets[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(octets.AsSpan(1), Sequence);
        Hash.CopyTo(octets, 1 + sizeof(long));
        return Convert.ToBase64String(secrets.Protect(octets, Purpose));
    }

    /// <summary>As it was sealed; null when there is none, or none that this installation has written.</summary>
    internal static async Task<AuditHead?> ReadAsync(MasterContext context, ISecretProtector secrets, CancellationToken cancellationToken)
    {
        var text = await context.Settings.Where(setting => setting.Name == Setting).Select(setting => setting.Value).FirstOrDefaultAsync(cancellationToken);
        if (text is null)
        {
            return null;
        }

        try
        {
            var octets = secrets.Unprotect(Convert.FromBase64String(text), Purpose);
            return octets.Length == Octets && octets[0] == Version
                ? new AuditHead(BinaryPrimitives.ReadInt64LittleEndian(octets.AsSpan(1)), octets[(1 + sizeof(long))..])
                : null;
        }
        catch (Exception e) when (e is ArchiveException or FormatException)
        {
            return null;   // Changed from outside: the same as gone.
        }
    }
}
