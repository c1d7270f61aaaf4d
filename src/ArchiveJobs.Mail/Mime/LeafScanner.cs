using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.Mail.Mime;

/// <summary>
/// Finds the leaf parts of a message by its boundary lines alone. The octets come in one window or in several with the rest carried over;
/// every decision depends on the octets only, never on where a window ends, so both give the same leaves.
/// </summary>
/// <remarks>Not thread-safe; used again for the next message after <see cref="Reset"/>.</remarks>
internal sealed class LeafScanner
{
    /// <summary>A window that is not the last must be larger than this, or the scanner cannot go on.</summary>
    public const int MinWindow = BoundaryStack.LookAhead + 64;

    private static readonly List<LeafPart> Nowhere = []; // Between messages; nothing is added then.

    private readonly BoundaryStack _boundaries = new();
    private readonly ContentFields _fields = new();
    private List<LeafPart> _leaves = Nowhere;
    private State _state;
    private long _headerStart;
    private long _leafStart;
    private int _leavesBefore;
    private int _depth;
    private bool _isInsideLine;
    private bool _isBodyStart;

    private enum State
    {
        Header,

        /// <summary>Inside the content of a leaf.</summary>
        Leaf,

        /// <summary>Before the first or behind the last part of a multipart.</summary>
        Between,
        Done,
    }

    /// <summary>No boundary can come any more: what is left belongs to the current leaf or to nothing, and need not be looked at.</summary>
    public bool IsDecided => _state == State.Done || (_state != State.Header && _boundaries.Count == 0);

    public void Reset(List<LeafPart> leaves)
    {
        _leaves = leaves;
        _leavesBefore = leaves.Count;
        _boundaries.Clear();
        _depth = 0;
        BeginHeader(0, messageByDefault: false);
    }

    /// <summary>Looks at a window of the message.</summary>
    /// <param name="at">Offset of the window in the message.</param>
    /// <param name="isLast">The window ends where the message ends.</param>
    /// <returns>Octets that are done with; the others must come again at the start of the next window.</returns>
    public int Feed(ReadOnlySpan<byte> window, long at, bool isLast)
    {
        var position = 0;
        while (_state == State.Header ? ReadHeader(window, at, isLast, ref position) : ReadBody(window, at, isLast, ref position))
        {
        }

        return position;
    }

    /// <summary>The message ends at this offset.</summary>
    public void Finish(long end)
    {
        EndLeaf(end);
        _state = State.Done;
        _leaves = Nowhere;
    }

    /// <summary>Reads lines of a header until it ends (true) or the window does (false).</summary>
    private bool ReadHeader(ReadOnlySpan<byte> window, long at, bool isLast, ref int position)
    {
        while (position < window.Length)
        {
            var rest = window[position..];
            if (!_isInsideLine)
            {
                if (rest.Length < BoundaryStack.LookAhead && !isLast)
                {
                    return false;
                }

                if (rest[0] == '-' && _boundaries.Match(rest) is { } boundary)
                {
                    position += PassBoundary(boundary, at + position);
                    return true;
                }

                if (rest[0] == '\n' || rest is [(byte)'\r', (byte)'\n', ..])
                {
                    position += rest[0] == '\n' ? 1 : 2;
                    BeginBody(at + position);
                    return true;
                }
            }

            var limit = _headerStart + MessageBounds.HeaderOctets - (at + position);
            var lineFeed = rest.IndexOf((byte)'\n');
            var length = lineFeed < 0 ? rest.Length : lineFeed + 1;
            if (length > limit)
            {
                TakeHeaderLine(rest[..(int)limit]);
                position += (int)limit;
                BeginBody(at + position);
                return true;
            }

            TakeHeaderLine(rest[..length]);
            _isInsideLine = lineFeed < 0;
            position += length;
        }

        return false;
    }

    private void TakeHeaderLine(ReadOnlySpan<byte> line)
    {
        var isContinued = _isInsideLine || line is [(byte)' ' or (byte)'\t', ..];
        _fields.Append(line[(isContinued ? 0 : _fields.Begin(line))..]);
    }

    /// <summary>Searches the next boundary line; false when the window has none.</summary>
    private bool ReadBody(ReadOnlySpan<byte> window, long at, bool isLast, ref int position)
    {
        if (IsDecided)
        {
            position = window.Length;
            return false;
        }

        if (_isBodyStart)
        {
            if (window.Length - position < BoundaryStack.LookAhead && !isLast)
            {
                return false;
            }

            _isBodyStart = false;
            if (_boundaries.Match(window[position..]) is { } boundary)
            {
                EndLeaf(at + position);
                position += PassBoundary(boundary, at + position);
                return true;
            }
        }

        while (true)
        {
            var found = window[position..].IndexOf("\n--"u8);
            if (found < 0)
            {
                // CR LF and a dash may be the beginning of a boundary line.
                position = isLast ? window.Length : Math.Max(position, window.Length - 4);
                return false;
            }

            var lineFeed = position + found;
            var lineStart = lineFeed + 1;
            if (window.Length - lineStart < BoundaryStack.LookAhead && !isLast)
            {
                position = Math.Max(position, lineFeed - 1);
                return false;
            }

            if (_boundaries.Match(window[lineStart..]) is { } boundary)
            {
                var hasReturn = lineFeed > position && window[lineFeed - 1] == '\r';
                EndLeaf(at + (hasReturn ? lineFeed - 1 : lineFeed));
                position = lineStart + PassBoundary(boundary, at + lineStart);
                return true;
            }

            position = lineStart;
        }
    }

    /// <summary>Goes on behind a boundary line; returns the octets to skip from its start.</summary>
    private int PassBoundary(BoundaryLine line, long lineStart)
    {
        var level = _boundaries.PopTo(line);
        _depth = level.Depth + 1;
        if (line.IsLast)
        {
            // The line feed stays: it may belong to the boundary of the multipart around this one.
            _state = _state == State.Done ? State.Done : State.Between;
            _isBodyStart = false;
            return line.LineFeed;
        }

        if (_state != State.Done)
        {
            BeginHeader(lineStart + line.LineFeed + 1, level.IsDigest);
        }

        return line.LineFeed + 1;
    }

    private void BeginHeader(long at, bool messageByDefault)
    {
        _state = State.Header;
        _headerStart = at;
        _isInsideLine = false;
        _fields.Reset(messageByDefault);
    }

    private void BeginBody(long at)
    {
        _fields.End();
        if (_fields.Kind == PartKind.Message && _depth < MessageBounds.Depth)
        {
            _depth++;
            BeginHeader(at, messageByDefault: false);
            return;
        }

        _isBodyStart = true;
        _leafStart = at;
        _state = _fields.Kind == PartKind.Multipart && _boundaries.TryPush(_fields.Boundary, _depth, _fields.IsDigest) ? State.Between : State.Leaf;
    }

    private void EndLeaf(long end)
    {
        if (_state == State.Leaf && end > _leafStart)
        {
            _leaves.Add(new LeafPart(_leafStart, end - _leafStart, _fields.IsBase64));
        }

        if (_leaves.Count - _leavesBefore >= MessageBounds.Parts)
        {
            _state = State.Done;
        }
    }
}
