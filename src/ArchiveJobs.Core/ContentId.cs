using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ArchiveJobs.Core;

/// <summary>The SHA-256 of octets: the identity of a message and of a blob. 32 bytes, ordered as unsigned big-endian.</summary>
public readonly struct ContentId : IEquatable<ContentId>, IComparable<ContentId>
{
    public const int Bytes = 32;

    private readonly ulong _a, _b, _c, _d;

    /// <param name="digest">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">Another length.</exception>
    public ContentId(ReadOnlySpan<byte> digest)
    {
        if (digest.Length != Bytes)
        {
            throw new ArgumentException("A SHA-256 has 32 bytes.", nameof(digest));
        }

        _a = BinaryPrimitives.ReadUInt64BigEndian(digest);
        _b = BinaryPrimitives.ReadUInt64BigEndian(digest[8..]);
        _c = BinaryPrimitives.ReadUInt64BigEndian(digest[16..]);
        _d = BinaryPrimitives.ReadUInt64BigEndian(digest[24..]);
    }

    /// <summary>The identity of these octets.</summary>
    public static ContentId Of(ReadOnlySpan<byte> octets)
    {
        Span<byte> digest = stackalloc byte[Bytes];
        SHA256.HashData(octets, digest);
        return new ContentId(digest);
    }

    /// <summary>Reads 64 hexadecimal digits of either case; false for anything else.</summary>
    public static bool TryParse(string? text, out ContentId id)
    {
        id = default;
        if (text is not { Length: Bytes * 2 })
        {
            return false;
        }

        Span<byte> digest = stackalloc byte[Bytes];
        if (Convert.FromHexString(text, digest, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        id = new ContentId(digest);
        return true;
    }

    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _a);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _b);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _c);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _d);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Bytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> digest = stackalloc byte[Bytes];
        CopyTo(digest);
        return Convert.ToHexStringLower(digest);
    }

    public bool Equals(ContentId other) => _a == other._a && _b == other._b && _c == other._c && _d == other._d;

    public override bool Equals(object? obj) => obj is ContentId other && Equals(other);

    public override int GetHashCode() => _a.GetHashCode();

    public int CompareTo(ContentId other)
    {
        var order = _a.CompareTo(other._a);
        order = order != 0 ? order : _b.CompareTo(other._b);
        order = order != 0 ? order : _c.CompareTo(other._c);
        return order != 0 ? order : _d.CompareTo(other._d);
    }

    public static bool operator ==(ContentId left, ContentId right) => left.Equals(right);
    public static bool operator !=(ContentId left, ContentId right) => !left.Equals(right);
    public static bool operator <(ContentId left, ContentId right) => left.CompareTo(right) < 0;
    public static bool operator <=(ContentId left, ContentId right) => left.CompareTo(right) <= 0;
    public static bool operator >(ContentId left, ContentId right) => left.CompareTo(right) > 0;
    public static bool operator >=(ContentId left, ContentId right) => left.CompareTo(right) >= 0;
}
