namespace ArchiveJobs.Mail.Mime;

/// <summary>The boundaries of the multiparts that are open, outermost first. Memory is taken once and kept for the next message.</summary>
internal sealed class BoundaryStack
{
    /// <summary>RFC 2046 section 5.1.1 allows 70; mail in the wild has up to twice that.</summary>
    public const int MaxBoundaryOctets = 256;

    private const int MaxTrailingOctets = 256; // Spaces and tabs behind a boundary; with more of them the line is text.

    /// <summary>Octets behind the start of a line that <see cref="Match"/> looks at, at most: dashes, boundary, dashes, padding, line end.</summary>
    public const int LookAhead = 2 + MaxBoundaryOctets + 2 + MaxTrailingOctets + 2;

    private readonly byte[] _octets = new byte[MessageBounds.Depth * MaxBoundaryOctets];
    private readonly Level[] _levels = new Level[MessageBounds.Depth];

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    /// <param name="boundary">1 to <see cref="MaxBoundaryOctets"/> octets, copied.</param>
    /// <param name="depth">Of the multipart, to be had back when its next part begins.</param>
    /// <param name="isDigest">Parts without a type are messages (RFC 2046 section 5.1.5).</param>
    /// <returns>False when the stack is full.</returns>
    public bool TryPush(ReadOnlySpan<byte> boundary, int depth, bool isDigest)
    {
        if (Count == _levels.Length)
        {
            return false;
        }

        boundary.CopyTo(_octets.AsSpan(Count * MaxBoundaryOctets));
        _levels[Count++] = new Level(boundary.Length, depth, isDigest);
        return true;
    }

    /// <summary>Looks whether a line is a boundary of any open multipart, the innermost first.</summary>
    /// <param name="line">From the start of the line, with at least <see cref="LookAhead"/> octets or up to the end of the message.</param>
    public BoundaryLine? Match(ReadOnlySpan<byte> line)
    {
        if (line.Length < 3 || line[0] != '-' || line[1] != '-')
        {
            return null;
        }

        for (var level = Count - 1; level >= 0; level--)
        {
            var length = _levels[level].Length;
            if (line[2..].StartsWith(_octets.AsSpan(level * MaxBoundaryOctets, length)) && EndOf(line, 2 + length) is { } end)
            {
                return end with { Level = level };
            }
        }

        return null;
    }

    /// <summary>Closes everything inside the matched multipart, and that one too at its last boundary.</summary>
    public Level PopTo(BoundaryLine line)
    {
        var level = _levels[line.Level];
        Count = line.IsLast ? line.Level : line.Level + 1;
        return level;
    }

    private static BoundaryLine? EndOf(ReadOnlySpan<byte> line, int at)
    {
        var isLast = line[at..].StartsWith("--"u8);
        at += isLast ? 2 : 0;
        var limit = Math.Min(line.Length, at + MaxTrailingOctets);
        while (at < limit && (line[at] == ' ' || line[at] == '\t'))
        {
            at++;
        }

        if (at < line.Length && line[at] == '\r')
        {
            at++;
        }

        return at == line.Length || line[at] == '\n' ? new BoundaryLine(0, at, isLast) : null;
    }

    internal readonly record struct Level(int Length, int Depth, bool IsDigest);
}

/// <param name="LineFeed">Index of the line feed, or of the end of the message, from the start of the line.</param>
/// <param name="IsLast">The close-delimiter, with two more dashes.</param>
internal readonly record struct BoundaryLine(int Level, int LineFeed, bool IsLast);
