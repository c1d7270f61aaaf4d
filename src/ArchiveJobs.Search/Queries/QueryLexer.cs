using ArchiveJobs.Search.Indexing;

namespace ArchiveJobs.Search.Queries;

/// <summary>Cuts a query into tokens. What a Japanese keyboard writes (full-width brackets, colon, quotes, space) means the same as ASCII.</summary>
internal sealed class QueryLexer(string query)
{
    private static readonly Dictionary<string, string> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["subject"] = FieldNames.Subject,
        ["from"] = FieldNames.From,
        ["to"] = FieldNames.To,
        ["cc"] = FieldNames.To,
        ["bcc"] = FieldNames.To,
        ["body"] = FieldNames.Body,
        ["attachment"] = FieldNames.Attachment,
        ["after"] = "after",
        ["before"] = "before",
        ["date"] = "date",
        ["件名"] = FieldNames.Subject,
        ["差出人"] = FieldNames.From,
        ["宛先"] = FieldNames.To,
        ["本文"] = FieldNames.Body,
        ["添付"] = FieldNames.Attachment,
    };

    private int _next;

    public QueryToken Next()
    {
        while (_next < query.Length && char.IsWhiteSpace(query[_next]))
        {
            _next++;
        }

        if (_next == query.Length)
        {
            return new QueryToken(TokenKind.End, "", false, _next + 1);
        }

        var position = _next + 1;
        switch (query[_next])
        {
            case '(' or '（':
                _next++;
                return new QueryToken(TokenKind.Open, "(", false, position);
            case ')' or '）':
                _next++;
                return new QueryToken(TokenKind.Close, ")", false, position);
            case var c when IsQuote(c):
                return TakePhrase(position);
            case '-' or '－' when _next + 1 < query.Length && !char.IsWhiteSpace(query[_next + 1]):
                _next++;
                return new QueryToken(TokenKind.Not, "-", false, position);
            default:
                return TakeWord(position);
        }
    }

    private QueryToken TakePhrase(int position)
    {
        var start = ++_next;
        while (_next < query.Length && !IsQuote(query[_next]))
        {
            _next++;
        }

        if (_next == query.Length)
        {
            throw QueryException.Refuse("A quotation mark is not closed", position);
        }

        var text = query[start.._next++];
        return new QueryToken(TokenKind.Phrase, text, TakeStar(), position);
    }

    private QueryToken TakeWord(int position)
    {
        var start = _next;
        for (; _next < query.Length && !IsEnd(query[_next]); _next++)
        {
            if (query[_next] is ':' or '：' && Fields.TryGetValue(query[start.._next], out var field))
            {
                _next++;
                return new QueryToken(TokenKind.Field, field, false, position);
            }
        }

        var word = query[start.._next];
        return word switch
        {
            "AND" => new QueryToken(TokenKind.And, word, false, position),
            "OR" => new QueryToken(TokenKind.Or, word, false, position),
            "NOT" => new QueryToken(TokenKind.Not, word, false, position),
            _ => new QueryToken(TokenKind.Word, word.TrimEnd('*', '＊'), word[^1] is '*' or '＊', position),
        };
    }

    private bool TakeStar()
    {
        if (_next >= query.Length || query[_next] is not ('*' or '＊'))
        {
            return false;
        }

        _next++;
        return true;
    }

    private static bool IsEnd(char c) => char.IsWhiteSpace(c) || c is '(' or ')' or '（' or '）' || IsQuote(c);

    private static bool IsQuote(char c) => c is '"' or '“' or '”' or '„' or '＂';
}
