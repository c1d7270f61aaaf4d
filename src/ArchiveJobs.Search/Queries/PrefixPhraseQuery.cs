using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace ArchiveJobs.Search.Queries;

/// <summary>A phrase whose last term is a prefix ("annual rep"*, 第3回): the prefix is looked up in the index, a bounded number of terms takes its place.</summary>
internal sealed class PrefixPhraseQuery(string field, IReadOnlyList<QueryTerm> terms) : Query
{
    // Enough for all bigrams that begin with one kanji; a longer list would cost seconds.
    private const int MaxTerms = 8_192;

    public override Query Rewrite(IndexReader reader)
    {
        var found = FindTerms(reader);
        if (found.Count == 0)
        {
            return new BooleanQuery { Boost = Boost };
        }

        var phrase = new MultiPhraseQuery { Boost = Boost };
        foreach (var term in terms.SkipLast(1))
        {
            phrase.Add([new Term(field, term.Text)], term.Position);
        }

        phrase.Add([.. found], terms[^1].Position);
        return phrase;
    }

    public override string ToString(string field) => string.Join(' ', terms.Select(term => term.Text)) + "*";

    public override bool Equals(object? obj) => obj is PrefixPhraseQuery other && base.Equals(obj) && ToString("") == other.ToString("");

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), ToString(""));

    private List<Term> FindTerms(IndexReader reader)
    {
        var found = new List<Term>();
        var all = MultiFields.GetTerms(reader, field);
        if (all is null)
        {
            return found;
        }

        var prefix = new BytesRef(terms[^1].Text);
        var walk = all.GetEnumerator();
        if (walk.SeekCeil(prefix) == TermsEnum.SeekStatus.END)
        {
            return found;
        }

        do
        {
            if (!StringHelper.StartsWith(walk.Term, prefix))
            {
                break;
            }

            if (found.Count == MaxTerms)
            {
                throw QueryException.Refuse($"\"{terms[^1].Text}*\" stands for too many words", 0);
            }

            found.Add(new Term(field, BytesRef.DeepCopyOf(walk.Term)));
        }
        while (walk.MoveNext());
        return found;
    }
}
