using System.Buffers;
using System.Text;

namespace ArchiveJobs.Mail.Mime;

/// <summary>As much of RFC 2045 section 5.1 as is needed to find a parameter, forgiving where mail in the wild is careless.</summary>
internal static class FieldSyntax
{
    private static readonly SearchValues<byte> TokenEnd = SearchValues.Create(" \t\r\n;("u8);

    /// <summary>The value up to the first space, line end, semicolon or comment, without spaces before it.</summary>
    public static ReadOnlySpan<byte> FirstToken(ReadOnlySpan<byte> value)
    {
        value = value[SkipSpace(value, 0)..];
        var end = value.IndexOfAny(TokenEnd);
        return end < 0 ? value : value[..end];
    }

    /// <summary>Copies the value of a parameter without its quotes and trailing spaces.</summary>
    /// <returns>Its length; 0 when it is absent, empty or does not fit.</returns>
    public static int Parameter(ReadOnlySpan<byte> value, ReadOnlySpan<byte> name, Span<byte> destination)
    {
        var at = NextSemicolon(value, 0);
        while (at < value.Length)
        {
            at = SkipSpace(value, at + 1);
            var nameEnd = at;
            while (nameEnd < value.Length && value[nameEnd] is not ((byte)'=' or (byte)';' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
            {
                nameEnd++;
            }

            var equals = SkipSpace(value, nameEnd);
            if (equals < value.Length && value[equals] == '=' && Ascii.EqualsIgnoreCase(value[at..nameEnd], name))
            {
                return CopyValue(value[SkipSpace(value, equals + 1)..], destination);
            }

            at = NextSemicolon(value, nameEnd);
        }

        return 0;
    }

    private static int CopyValue(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        var length = 0;
        var quoted = value.Length > 0 && value[0] == '"';
        for (var i = quoted ? 1 : 0; i < value.Length; i++)
        {
            var octet = value[i];
            if (quoted ? octet == '"' : octet is (byte)';' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                break;
            }

            if (octet is (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            if (quoted && octet == '\\' && i + 1 < value.Length)
            {
                octet = value[++i];
            }

            if (length == destination.Length)
            {
                return 0;
            }

            destination[length++] = octet;
        }

        // RFC 2046 section 5.1.1: a boundary does not end with a space.
        return destination[..length].TrimEnd((byte)' ').Length;
    }

    private static int NextSemicolon(ReadOnlySpan<byte> value, int at)
    {
        var quoted = false;
        for (; at < value.Length; at++)
        {
            switch (value[at])
            {
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'\\' when quoted:
                    at++;
                    break;
                case (byte)';' when !quoted:
                    return at;
            }
        }

        return value.Length;
    }

    private static int SkipSpace(ReadOnlySpan<byte> value, int at)
    {
        while (at < value.Length && value[at] is ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
        {
            at++;
        }

        return at;
    }
}
