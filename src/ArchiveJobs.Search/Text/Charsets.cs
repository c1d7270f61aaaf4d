using System.Collections.Concurrent;
using System.Text;
using UtfUnknown;

namespace ArchiveJobs.Search.Text;

/// <summary>Which encoding octets are in, whatever their label says. Thread-safe.</summary>
internal static class Charsets
{
    // Enough for the detector to be sure; the rest of a long text says the same.
    private const int DetectedBytes = 16 * 1024;
    private const int MaxLabelChars = 40;

    private static readonly ConcurrentDictionary<string, Encoding?> Known = new(StringComparer.OrdinalIgnoreCase);

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ansi_x3.4-1968"] = "us-ascii",
        ["ascii"] = "us-ascii",
        ["utf8"] = "utf-8",
        ["unicode-1-1-utf-8"] = "utf-8",
        ["cp932"] = "shift_jis",
        ["ms932"] = "shift_jis",
        ["ms_kanji"] = "shift_jis",
        ["sjis"] = "shift_jis",
        ["x-sjis"] = "shift_jis",
        ["shift-jis"] = "shift_jis",
        ["windows-31j"] = "shift_jis",
        ["cp50220"] = "iso-2022-jp",
        ["cp50221"] = "iso-2022-jp",
        ["iso-2022-jp-1"] = "iso-2022-jp",
        ["iso-2022-jp-2"] = "iso-2022-jp",
        ["iso-2022-jp-ms"] = "iso-2022-jp",
        ["x-euc-jp"] = "euc-jp",
        ["eucjp"] = "euc-jp",
        ["gbk"] = "gb18030",
        ["gb2312"] = "gb18030",
        ["cp1252"] = "windows-1252",
        ["latin1"] = "windows-1252",
        ["iso-8859-1"] = "windows-1252", // what mail programs mean by it
    };

    static Charsets()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        Windows1252 = Encoding.GetEncoding("windows-1252");
    }

    public static Encoding Windows1252 { get; }

    /// <param name="label">From the Content-Type; null, wrong or invented ones are looked through.</param>
    public static Encoding Choose(string? label, ReadOnlySpan<byte> octets)
    {
        if (Ascii.IsValid(octets))
        {
            return ChooseSevenBit(label, octets);
        }

        var labelled = Find(label);
        var isUtf8 = System.Text.Unicode.Utf8.IsValid(octets);
        if (labelled is null || IsWeak(labelled))
        {
            // Eight-bit text that is valid UTF-8 is never anything else.
            return isUtf8 ? Encoding.UTF8 : Detect(octets) ?? labelled ?? Windows1252;
        }

        return labelled.CodePage == Encoding.UTF8.CodePage && !isUtf8 && !EndsInsideCharacter(octets)
            ? Detect(octets) ?? labelled
            : labelled;
    }

    public static Encoding? Find(string? label)
    {
        label = label?.Trim().Trim('"', '\'');
        if (label is not { Length: > 0 and <= MaxLabelChars })
        {
            return null;
        }

        // Hostile mail invents labels without end; only a bounded number is remembered.
        return Known.TryGetValue(label, out var known) ? known : Known.Count < 1000 ? Known.GetOrAdd(label, Look) : Look(label);
    }

    private static Encoding ChooseSevenBit(string? label, ReadOnlySpan<byte> octets)
    {
        // ISO-2022-JP, UTF-7 and HZ are seven-bit as well; an escape sequence gives the first away when the label is missing or wrong.
        if (octets.IndexOf("\e$"u8) >= 0 || octets.IndexOf("\e("u8) >= 0)
        {
            return Find(label) is { } said && said.CodePage is >= 50220 and <= 50229 ? said : Find("iso-2022-jp")!;
        }

        return Find(label) is { } labelled && labelled.CodePage is 52936 or 1200 or 1201 or 12000 or 12001 ? Find(label)! : Encoding.UTF8;
    }

    private static bool IsWeak(Encoding encoding) => encoding.CodePage is 20127 or 1252 or 28591 || encoding.CodePage is >= 50220 and <= 50229;

    private static bool EndsInsideCharacter(ReadOnlySpan<byte> octets)
    {
        // A text cut at our bound may end in the middle of its last character.
        for (var cut = 1; cut <= 3 && cut < octets.Length; cut++)
        {
            if (System.Text.Unicode.Utf8.IsValid(octets[..^cut]))
            {
                return true;
            }
        }

        return false;
    }

    private static Encoding? Detect(ReadOnlySpan<byte> octets)
    {
        var first = octets.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
        var from = Math.Max(0, first - 256);
        var sample = octets[from..Math.Min(octets.Length, from + DetectedBytes)].ToArray();
        try
        {
            var detected = CharsetDetector.DetectFromBytes(sample).Detected;
            return detected is { Confidence: >= 0.4f } ? detected.Encoding : null;
        }
        catch (ArgumentException)
        {
            // An encoding it knows and the platform does not.
            return null;
        }
    }

    private static Encoding? Look(string label)
    {
        try
        {
            return Encoding.GetEncoding(Aliases.GetValueOrDefault(label, label));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
