using System.Text;

namespace ArchiveJobs.Mail.Files;

/// <summary>Flags that mail programs write into the header of a message in an mbox file: Status and X-Status.</summary>
internal sealed class MboxStatus
{
    private bool _looked;

    /// <summary>As IMAP writes them.</summary>
    public string Flags { get; private set; } = "";

    /// <summary>The first octets of the message; later ones are not looked at.</summary>
    public void Look(ReadOnlySpan<byte> octets)
    {
        if (_looked)
        {
            return;
        }

        _looked = true;
        var end = octets.IndexOf("\n\n"u8);
        var endOfCrLf = octets.IndexOf("\n\r\n"u8);
        end = end < 0 || (endOfCrLf >= 0 && endOfCrLf < end) ? endOfCrLf : end;
        var header = end < 0 ? octets : octets[..(end + 1)];
        var letters = Value(header, "\nStatus:"u8) + Value(header, "\nX-Status:"u8).ToLowerInvariant();
        Flags = letters.Length == 0 ? "" : string.Join(' ', letters.Select(Flag).Where(flag => flag.Length > 0).Distinct());
    }

    private static string Value(ReadOnlySpan<byte> header, ReadOnlySpan<byte> field)
    {
        var at = header.IndexOf(field);
        if (at < 0)
        {
            return "";
        }

        var rest = header[(at + field.Length)..];
        var lineFeed = rest.IndexOf((byte)'\n');
        var value = rest[..(lineFeed < 0 ? rest.Length : lineFeed)].Trim(" \t\r"u8);
        return value.Length <= 16 && Ascii.IsValid(value) ? Encoding.ASCII.GetString(value) : "";
    }

    // Upper case from Status, lower case from X-Status: D and F mean something there only.
    private static string Flag(char letter) => letter switch
    {
        'R' => "\\Seen",
        'a' => "\\Answered",
        'f' => "\\Flagged",
        't' => "\\Draft",
        'd' => "\\Deleted",
        _ => "",
    };
}
