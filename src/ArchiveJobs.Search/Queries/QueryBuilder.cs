using ArchiveJobs.Search.Indexing;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace ArchiveJobs.Search.Queries;

/// <summary>Makes Lucene's query of what was meant. Nothing here grows with the index: prefixes are filters, not lists of clauses.</summary>
/// <param name="zone">In which days begin.</param>
internal sealed class QueryBuilder(TimeZoneInfo zone)
{
    private const int MinPrefixChars = 2;

    // The best field counts, the others a little: a word in the subject is worth more than in a long body.
    private const float TieBreaker = 0.1f;

    private static readonly (string Name, float Boost)[] AllFields =
    [
        (FieldNames.Subject, 4), (FieldNames.From, 3), (FieldNames.To, 2), (FieldNames.Attachment, 2), (FieldNames.Body, 1),
    ];

    /// <exception cref="Core.ArchiveException">Nothing to search for, or a prefix too short (Refused).</exception>
    public Query Build(QueryNode node) => node is EverythingNode
        ? new MatchAllDocsQuery()
        : Translate(node) ?? throw QueryException.Refuse("There is no letter and no digit to search for", 1);

    // Null for a text without any letter or digit: it neither finds nor excludes.
    private Query? Translate(QueryNode node) => node switch
    {
        TextNode text => TranslateText(text),
        DateNode date => TranslateDate(date),
        AnyNode any => TranslateAny(any),
        AllNode all => TranslateAll(all),
        _ => throw new ArgumentOutOfRangeException(nameof(node)),
    };

    private Query? TranslateAny(AnyNode any)
    {
        var choices = any.Choices.Select(Translate).OfType<Query>().ToList();
        if (choices.Count < 2)
        {
            return choices.FirstOrDefault();
        }

        var query = new BooleanQuery();
        choices.ForEach(choice => query.Add(choice, Occur.SHOULD));
        return query;
    }

    private BooleanQuery? TranslateAll(AllNode all)
    {
        var query = new BooleanQuery();
        foreach (var required in all.Required.Select(Translate).OfType<Query>())
        {
            query.Add(required, Occur.MUST);
        }

        var hasRequired = query.Clauses.Count > 0;
        foreach (var excluded in all.Excluded.Select(Translate).OfType<Query>())
        {
            query.Add(excluded, Occur.MUST_NOT);
        }

        if (query.Clauses.Count == 0)
        {
            return null;
        }

        if (!hasRequired)
        {
            query.Add(new MatchAllDocsQuery(), Occur.MUST);
        }

        return query;
    }

    private static Query? TranslateText(TextNode text)
    {
        var terms = QueryTerms.Of(text.Text, text.IsPrefix);
        if (terms.Count == 0)
        {
            return null;
        }

        if (text.IsPrefix && terms[^1] is { IsPrefix: true, Text.Length: < MinPrefixChars } last && char.IsAscii(last.Text[0]))
        {
            throw QueryException.Refuse("A prefix needs at least two letters before the star", text.Position);
        }

        if (text.Field is not null)
        {
            return InField(text.Field, terms);
        }

        var best = new DisjunctionMaxQuery(TieBreaker);
        foreach (var (name, boost) in AllFields)
        {
            var query = InField(name, terms);
            query.Boost = boost;
            best.Add(query);
        }

        return best;
    }

    private static Query InField(string field, List<QueryTerm> terms)
    {
        if (terms is [var only])
        {
            var term = new Term(field, only.Text);
            return only.IsPrefix ? new PrefixQuery(term) { MultiTermRewriteMethod = MultiTermQuery.CONSTANT_SCORE_FILTER_REWRITE } : new TermQuery(term);
        }

        if (terms[^1].IsPrefix)
        {
            return new PrefixPhraseQuery(field, terms);
        }

        var phrase = new PhraseQuery();
        terms.ForEach(term => phrase.Add(new Term(field, term.Text), term.Position));
        return phrase;
    }

    private NumericRangeQuery<int> TranslateDate(DateNode date)
    {
        var query = NumericRangeQuery.NewInt32Range(
            FieldNames.Minute, MessageDocument.MinutePrecisionStep, MinuteOf(date.First), MinuteOf(date.Last?.AddDays(1)), true, false);
        query.Boost = 0; // a date decides, it does not rank
        return query;
    }

    private int? MinuteOf(DateOnly? day)
    {
        if (day is null)
        {
            return null;
        }

        var local = day.Value.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1); // a zone that puts the clock forward at midnight
        }

        var minutes = (local - zone.GetUtcOffset(local) - DateTime.UnixEpoch).TotalMinutes;
        return (int)Math.Clamp(minutes, int.MinValue, int.MaxValue);
    }
}
