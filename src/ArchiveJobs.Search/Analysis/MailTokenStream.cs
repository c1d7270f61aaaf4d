using ArchiveJobs.Search.Text;
using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;

namespace ArchiveJobs.Search.Analysis;

/// <summary>
/// Tokens of one folded field: a word is one token, a run of a script without spaces one token a character, namely that character with the next
/// (the last one alone). So each character begins exactly one token, and one prefix query finds a single kanji wherever it stands.
/// </summary>
internal sealed class MailTokenStream : TokenStream
{
    /// <summary>Longer words (keys, encoded data) are cut here, in the index and in the query.</summary>
    public const int MaxWordChars = 64;

    private const int GapBetweenValues = 100;

    private readonly ICharTermAttribute _term;
    private readonly IPositionIncrementAttribute _increment;
    private TextBuffer _text = new(0);
    private TextRuns _runs;
    private int _at;
    private int _end;

    public MailTokenStream()
    {
        _term = AddAttribute<ICharTermAttribute>();
        _increment = AddAttribute<IPositionIncrementAttribute>();
    }

    /// <summary>The text is read until the stream is reset with another.</summary>
    public void SetText(TextBuffer folded) => _text = folded;

    public override void Reset()
    {
        base.Reset();
        _runs = new TextRuns(_text.Array, _text.Length);
        _at = _end = 0;
    }

    public override bool IncrementToken()
    {
        if (_at < _end)
        {
            _increment.PositionIncrement = 1;
            TakeBigram();
            return true;
        }

        if (!_runs.MoveNext())
        {
            return false;
        }

        _increment.PositionIncrement = _runs.BeginsValue ? GapBetweenValues : 1;
        if (_runs.Kind == CharKind.Word)
        {
            _term.CopyBuffer(_text.Array, _runs.Start, WordLength(_text.Array.AsSpan(_runs.Start, _runs.Length)));
            return true;
        }

        _at = _runs.Start;
        _end = _runs.Start + _runs.Length;
        TakeBigram();
        return true;
    }

    /// <summary>How much of a word is kept; never half of a pair.</summary>
    public static int WordLength(ReadOnlySpan<char> word)
    {
        if (word.Length <= MaxWordChars)
        {
            return word.Length;
        }

        return char.IsHighSurrogate(word[MaxWordChars - 1]) ? MaxWordChars - 1 : MaxWordChars;
    }

    private void TakeBigram()
    {
        var first = UnitsAt(_at);
        var second = _at + first < _end ? UnitsAt(_at + first) : 0;
        _term.CopyBuffer(_text.Array, _at, first + second);
        _at += first;
    }

    private int UnitsAt(int at) => char.IsHighSurrogate(_text.Array[at]) ? 2 : 1;
}
