using System.Text;

namespace ArchiveJobs.Mail.Mime;

/// <summary>Where the values of the envelope's fields lie in a header; an empty range when a field is absent. The first of several equal fields counts.</summary>
internal ref struct HeaderFields
{
    public ReadOnlySpan<byte> Subject, From, To, MessageId, Date, ContentType;

    /// <summary>Looks at the top header of a message, at most 1 MiB of it.</summary>
    public static HeaderFields Find(ReadOnlySpan<byte> octets)
    {
        octets = octets[..Math.Min(octets.Length, MessageBounds.HeaderOctets)];
        var fields = default(HeaderFields);
        var at = 0;
        while (at < octets.Length)
        {
            var rest = octets[at..];
            if (rest[0] == '\n' || rest is [(byte)'\r', (byte)'\n', ..])
            {
                break;
            }

            var length = FieldLength(rest);
            fields.Take(rest[..length]);
            at += length;
        }

        return fields;
    }

    /// <summary>The line and those that continue it.</summary>
    private static int FieldLength(ReadOnlySpan<byte> rest)
    {
        var length = 0;
        do
        {
            var lineFeed = rest[length..].IndexOf((byte)'\n');
            if (lineFeed < 0)
            {
                return rest.Length;
            }

            length += lineFeed + 1;
        }
        while (length < rest.Length && (rest[length] == ' ' || rest[length] == '\t'));

        return length;
    }

    private void Take(ReadOnlySpan<byte> field)
    {
        switch ((char)(field[0] | 0x20))
        {
            case 's':
                TakeIf(field, "subject"u8, ref Subject);
                break;
            case 'f':
                TakeIf(field, "from"u8, ref From);
                break;
            case 't':
                TakeIf(field, "to"u8, ref To);
                break;
            case 'm':
                TakeIf(field, "message-id"u8, ref MessageId);
                break;
            case 'd':
                TakeIf(field, "date"u8, ref Date);
                break;
            case 'c':
                TakeIf(field, "content-type"u8, ref ContentType);
                break;
        }
    }

    private static void TakeIf(ReadOnlySpan<byte> field, ReadOnlySpan<byte> name, ref ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty || field.Length <= name.Length || !Ascii.EqualsIgnoreCase(field[..name.Length], name))
        {
            return;
        }

        var rest = field[name.Length..].TrimStart(" \t"u8);
        if (rest is [(byte)':', ..])
        {
            value = rest[1..].Trim(" \t\r\n"u8);
        }
    }
}
