namespace ArchiveJobs.Search.Text;

/// <summary>Characters of one field of one message; grows up to a limit, beyond which it swallows. Reused from message to message.</summary>
/// <param name="limit">Most characters kept.</param>
internal sealed class TextBuffer(int limit)
{
    /// <summary>Between two values of a field (two addresses, two parts): no phrase reaches across it.</summary>
    public const char ValueSeparator = '\u001F';

    // Most mails are smaller; what a huge one needed is given back after it.
    private const int KeptChars = 128 * 1024;

    private char[] _chars = new char[1024];

    public int Limit => limit;

    public int Length { get; private set; }

    public bool IsFull => Length >= limit;

    public char[] Array => _chars;

    public Span<char> Written => _chars.AsSpan(0, Length);

    public void Append(char c)
    {
        if (Length >= limit)
        {
            return;
        }

        if (Length == _chars.Length)
        {
            Grow(Length + 1);
        }

        _chars[Length++] = c;
    }

    public void Append(ReadOnlySpan<char> text)
    {
        text = text[..Math.Min(text.Length, limit - Length)];
        text.CopyTo(Reserve(text.Length));
        Length += text.Length;
    }

    /// <summary>Begins a new value when something is there already.</summary>
    public void Separate()
    {
        if (Length > 0 && _chars[Length - 1] != ValueSeparator)
        {
            Append(ValueSeparator);
        }
    }

    /// <summary>Room behind what is written, at least this much whatever the limit says; what is used of it is told to <see cref="Advance"/>.</summary>
    public Span<char> Reserve(int count)
    {
        if (Length + count > _chars.Length)
        {
            Grow(Length + count);
        }

        return _chars.AsSpan(Length);
    }

    public void Advance(int count) => Length = Math.Min(limit, Length + count);

    public void Clear()
    {
        Length = 0;
        if (_chars.Length > KeptChars)
        {
            _chars = new char[1024];
        }
    }

    private void Grow(int needed) => System.Array.Resize(ref _chars, Math.Max(needed, _chars.Length * 2));
}
