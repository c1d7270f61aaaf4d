using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ArchiveJobs.Master.Audit;

/// <summary>The hash of an event; docs/audit.md, "The chain".</summary>
internal static class AuditChain
{
    private const byte Version = 1;

    /// <summary>What stands before the first event.</summary>
    public static byte[] Origin => new byte[SHA256.HashSizeInBytes];

    /// <param name="sequence">The number it has or gets.</param>
    public static byte[] HashOf(AuditEvent entry, long sequence, byte[] previous)
    {
        var octets = new ArrayBufferWriter<byte>(512);
        octets.Write([Version]);
        octets.Write(previous);
        Write(octets, sequence);
        Write(octets, entry.At.UtcTicks);
        Write(octets, (int)entry.ActorKind);
        Write(octets, (int)entry.Result);
        Write(octets, (int)entry.Level);
        foreach (var text in new[] { entry.Actor, entry.Action, entry.ObjectKind, entry.ObjectId, entry.ObjectName, entry.DetailsJson })
        {
            Write(octets, text);
        }

        return SHA256.HashData(octets.WrittenSpan);
    }

    private static void Write(ArrayBufferWriter<byte> octets, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(octets.GetSpan(sizeof(long)), number);
        octets.Advance(sizeof(long));
    }

    private static void Write(ArrayBufferWriter<byte> octets, int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(octets.GetSpan(sizeof(int)), number);
        octets.Advance(sizeof(int));
    }

    private static void Write(ArrayBufferWriter<byte> octets, string? text)
    {
        var encoded = text is null ? [] : Encoding.UTF8.GetBytes(text);
        Write(octets, text is null ? -1 : encoded.Length);
        octets.Write(encoded);
    }
}
