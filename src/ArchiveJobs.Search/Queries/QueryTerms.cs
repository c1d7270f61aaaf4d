using ArchiveJobs.Search.Analysis;

namespace ArchiveJobs.Search.Queries;

/// <summary>One term of a text and its place in the phrase.</summary>
/// <param name="IsPrefix">Any term that begins so.</param>
internal readonly record struct QueryTerm(string Text, int Position, bool IsPrefix);

/// <summary>The terms that a text of a query asks for: the counterpart of <see cref="MailTokenStream"/>.</summary>
internal static class QueryTerms
{
    /// <param name="isPrefix">The last word may go on. A run of a script without spaces always may.</param>
    public static List<QueryTerm> Of(string text, bool isPrefix)
    {
        var folded = TextFolding.Fold(text).ToCharArray();
        var runs = new TextRuns(folded, folded.Length);
        var terms = new List<QueryTerm>();
        var position = 0;
        var hasRun = runs.MoveNext();
        while (hasRun)
        {
            var (start, length, kind) = (runs.Start, runs.Length, runs.Kind);
            hasRun = runs.MoveNext();
            var run = folded.AsSpan(start, length);
            position = kind == CharKind.Word
                ? AddWord(terms, run, position, isPrefix && !hasRun)
                : AddBigrams(terms, run, position, !hasRun);
        }

        return terms;
    }

    private static int AddWord(List<QueryTerm> terms, ReadOnlySpan<char> word, int position, bool isPrefix)
    {
        terms.Add(new QueryTerm(word[..MailTokenStream.WordLength(word)].ToString(), position, isPrefix));
        return position + 1;
    }

    // In the index each character begins a token. A run inside the text ends where the document's run ends, so its last character is a token of its own;
    // the last run may go on in the document: its last bigram says all, and a single character is the beginning of some bigram.
    private static int AddBigrams(List<QueryTerm> terms, ReadOnlySpan<char> run, int position, bool isLastRun)
    {
        var at = 0;
        while (at < run.Length)
        {
            var first = char.IsHighSurrogate(run[at]) ? 2 : 1;
            var rest = at + first;
            var second = rest >= run.Length ? 0 : char.IsHighSurrogate(run[rest]) ? 2 : 1;
            var isAlone = second == 0;
            if (!isAlone || !isLastRun || at == 0)
            {
                terms.Add(new QueryTerm(run.Slice(at, first + second).ToString(), position, isAlone && isLastRun));
            }

            position++;
            at += first;
        }

        return position;
    }
}
