using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace ArchiveJobs.Mail.Files;

/// <summary>
/// Finds the messages of an mbox file. A line "From …" at the start of the file or after an empty line separates; the message is every octet behind
/// that line, up to and without the empty line before the next one. One empty line at the end of the file is a separator's too: it stands there
/// until the next message is appended. Octets before the first From_ line are a message of their own, so that nothing in the file is passed over.
/// </summary>
/// <remarks>When the first From_ line has a date, all must: a sentence that begins a paragraph with "From" and was not quoted then splits nothing.</remarks>
internal sealed class MboxMessages
{
    public const int MinWindow = 4 * LineOctets;
    private const int LineOctets = 1000; // A From_ line is looked at so far.

    private readonly List<MboxMessage> _found = [];
    private bool? _datesRequired;
    private long _start; // Of the message being passed, behind its From_ line.
    private DateTimeOffset? _date;

    /// <param name="windowOctets">Octets looked at together, at least <see cref="MinWindow"/>.</param>
    /// <returns>Ranges with at least one octet, in their order.</returns>
    public static List<MboxMessage> Find(SafeFileHandle file, int windowOctets, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowOctets, MinWindow);
        var window = ArrayPool<byte>.Shared.Rent(windowOctets);
        try
        {
            var messages = new MboxMessages();
            messages.Scan(file, window.AsSpan(0, windowOctets), cancellationToken);
            return messages._found;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    private void Scan(SafeFileHandle file, Span<byte> window, CancellationToken cancellationToken)
    {
        long at = 0;
        var filled = Fill(file, window, 0, at);
        TakeLine(window[..filled], lineStart: 0, messageEnd: 0);
        var position = 0;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isLast = filled < window.Length;
            position = ScanWindow(window[..filled], position, at, isLast);
            if (isLast)
            {
                End(at + WithoutEmptyLine(window[..filled]));
                return;
            }

            // Some octets before the position stay, to see the empty line before a From_ line.
            var kept = Math.Max(0, position - 4);
            window[kept..filled].CopyTo(window);
            at += kept;
            position -= kept;
            filled = Fill(file, window, filled - kept, at);
        }
    }

    private static int Fill(SafeFileHandle file, Span<byte> window, int filled, long at)
    {
        int read;
        while (filled < window.Length && (read = RandomAccess.Read(file, window[filled..], at + filled)) > 0)
        {
            filled += read;
        }

        return filled;
    }

    /// <summary>Returns the position up to which the window is done with.</summary>
    private int ScanWindow(ReadOnlySpan<byte> window, int position, long at, bool isLast)
    {
        while (true)
        {
            var found = window[position..].IndexOf("\nFrom "u8);
            if (found < 0)
            {
                return Math.Max(position, window.Length - "\nFrom".Length);
            }

            var lineFeed = position + found;
            if (!isLast && window.Length - lineFeed < LineOctets + 2)
            {
                return lineFeed;
            }

            position = lineFeed + 1;
            if (EmptyLineBefore(window[..(lineFeed + 1)]) is { } emptyLine)
            {
                TakeLine(window, lineFeed + 1, emptyLine, at);
            }
        }
    }

    /// <summary>Begins a message if the line is a separator.</summary>
    private void TakeLine(ReadOnlySpan<byte> window, int lineStart, int messageEnd, long at = 0)
    {
        var rest = window[lineStart..];
        if (!rest.StartsWith("From "u8))
        {
            return;
        }

        var lineFeed = rest[..Math.Min(rest.Length, LineOctets)].IndexOf((byte)'\n');
        var line = rest[..(lineFeed < 0 ? Math.Min(rest.Length, LineOctets) : lineFeed)];
        var date = FromLine.Date(line);
        _datesRequired ??= date is not null;
        if (date is null && (_datesRequired.Value || lineFeed < 0))
        {
            return;
        }

        End(at + messageEnd);
        _start = at + lineStart + (lineFeed < 0 ? line.Length : lineFeed + 1);
        _date = date;
    }

    private void End(long end)
    {
        if (end > _start)
        {
            _found.Add(new MboxMessage(_start, end - _start, _date));
        }
    }

    /// <summary>Where the empty line begins that ends with this text; null when its last line is not empty.</summary>
    private static int? EmptyLineBefore(ReadOnlySpan<byte> text)
    {
        var start = text.Length - (text.EndsWith("\r\n"u8) ? 2 : 1);
        return start == 0 || text[start - 1] == '\n' ? start : null;
    }

    private static int WithoutEmptyLine(ReadOnlySpan<byte> text) =>
        text.EndsWith("\n"u8) && EmptyLineBefore(text) is { } emptyLine ? emptyLine : text.Length;
}

/// <param name="Start">In the file.</param>
/// <param name="Length">Octets in the file, before any unquoting.</param>
/// <param name="Date">Of the From_ line, taken as UTC where it names no zone.</param>
internal readonly record struct MboxMessage(long Start, long Length, DateTimeOffset? Date);
