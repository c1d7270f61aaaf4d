namespace ArchiveJobs.Search.Analysis;

/// <summary>Cuts folded text into runs: words, and stretches of scripts without spaces. The index and the query cut by the same rule.</summary>
internal struct TextRuns(char[] text, int length)
{
    private int _next;

    /// <summary>Of the run found last.</summary>
    public int Start { get; private set; }

    public int Length { get; private set; }

    /// <summary><see cref="CharKind.Word"/> or <see cref="CharKind.Bigram"/>.</summary>
    public CharKind Kind { get; private set; }

    /// <summary>The run begins a new value of the field.</summary>
    public bool BeginsValue { get; private set; }

    public bool MoveNext()
    {
        BeginsValue = false;
        while (_next < length)
        {
            var kind = KindAt(_next, out var units);
            if (kind is CharKind.Word or CharKind.Bigram)
            {
                TakeRun(kind);
                return true;
            }

            BeginsValue |= text[_next] == Text.TextBuffer.ValueSeparator;
            _next += units;
        }

        return false;
    }

    private void TakeRun(CharKind kind)
    {
        Start = _next;
        Kind = kind;
        while (_next < length && KindAt(_next, out var units) == kind)
        {
            _next += units;
        }

        Length = _next - Start;
    }

    private readonly CharKind KindAt(int at, out int units)
    {
        var kind = CharClass.Of(text[at]);
        units = 1;
        if (kind != CharKind.HighSurrogate)
        {
            return kind;
        }

        if (at + 1 >= length)
        {
            return CharKind.Separator;
        }

        units = 2;
        return CharClass.Of(text[at], text[at + 1]);
    }
}
