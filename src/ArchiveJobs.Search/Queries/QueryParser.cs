namespace ArchiveJobs.Search.Queries;

/// <summary>
/// Reads the query language: words (all of them must occur), "phrases", field:word, dates, AND OR NOT, -, (groups), prefix*. An own parser because
/// Lucene's reads / ~ ^ [ and : in ordinary text as operators, mixes AND and OR without precedence, and cannot say where something is wrong.
/// </summary>
internal sealed class QueryParser
{
    private const int MaxChars = 4_000;
    private const int MaxDepth = 32;
    private const int MaxTexts = 256;

    private readonly QueryLexer _lexer;
    private QueryToken _token;
    private int _depth;
    private int _texts;

    private QueryParser(string query)
    {
        _lexer = new QueryLexer(query);
        Advance();
    }

    /// <exception cref="Core.ArchiveException">Not a query (Refused); the message says where.</exception>
    public static QueryNode Parse(string query)
    {
        if (query.Length > MaxChars)
        {
            throw QueryException.Refuse("The query is longer than 4,000 characters", 0);
        }

        var parser = new QueryParser(query);
        if (parser._token.Kind == TokenKind.End)
        {
            return new EverythingNode();
        }

        var node = parser.ParseAny(null);
        return parser._token.Kind switch
        {
            TokenKind.End => node,
            TokenKind.Close => throw QueryException.Refuse("A closing bracket has no opening one", parser._token.Position),
            _ => throw QueryException.Refuse($"\"{parser._token.Text}\" cannot stand here", parser._token.Position),
        };
    }

    // field carries a field over a group: subject:(a OR b).
    private QueryNode ParseAny(string? field)
    {
        List<QueryNode> choices = [ParseAll(field)];
        while (_token.Kind == TokenKind.Or)
        {
            Advance();
            choices.Add(ParseAll(field));
        }

        return choices.Count == 1 ? choices[0] : new AnyNode(choices);
    }

    private QueryNode ParseAll(string? field)
    {
        List<QueryNode> required = [];
        List<QueryNode> excluded = [];
        ParseOne(field, required, excluded);
        while (true)
        {
            if (_token.Kind == TokenKind.And)
            {
                Advance();
            }
            else if (_token.Kind is TokenKind.Or or TokenKind.Close or TokenKind.End)
            {
                break;
            }

            ParseOne(field, required, excluded);
        }

        return required.Count == 1 && excluded.Count == 0 ? required[0] : new AllNode(required, excluded);
    }

    private void ParseOne(string? field, List<QueryNode> required, List<QueryNode> excluded)
    {
        var isExcluded = false;
        while (_token.Kind == TokenKind.Not)
        {
            isExcluded = !isExcluded;
            Advance();
        }

        (isExcluded ? excluded : required).Add(ParsePrimary(field));
    }

    private QueryNode ParsePrimary(string? field)
    {
        var token = _token;
        switch (token.Kind)
        {
            case TokenKind.Open:
                return ParseGroup(field);
            case TokenKind.Field:
                Advance();
                return ParseField(token);
            case TokenKind.Word or TokenKind.Phrase:
                Advance();
                CountText(token);
                return new TextNode(field, token.Text, token.IsPrefix, token.Position);
            case TokenKind.End:
                throw QueryException.Refuse("Something is missing at the end", token.Position);
            default:
                throw QueryException.Refuse($"A word is missing before \"{token.Text}\"", token.Position);
        }
    }

    private QueryNode ParseGroup(string? field)
    {
        var open = _token;
        if (++_depth > MaxDepth)
        {
            throw QueryException.Refuse("Brackets are nested deeper than 32", open.Position);
        }

        Advance();
        var node = ParseAny(field);
        if (_token.Kind != TokenKind.Close)
        {
            throw QueryException.Refuse("A bracket is not closed", open.Position);
        }

        Advance();
        _depth--;
        return node;
    }

    private QueryNode ParseField(QueryToken name)
    {
        var value = _token;
        var isDate = name.Text is "after" or "before" or "date";
        switch (value.Kind)
        {
            case TokenKind.Open when !isDate:
                return ParseGroup(name.Text);
            case TokenKind.Word or TokenKind.Phrase:
                Advance();
                CountText(value);
                return isDate ? DateRange.Read(name.Text, value) : new TextNode(name.Text, value.Text, value.IsPrefix, value.Position);
            default:
                throw QueryException.Refuse($"\"{name.Text}:\" needs a value behind it", name.Position);
        }
    }

    private void CountText(QueryToken token)
    {
        if (++_texts > MaxTexts)
        {
            throw QueryException.Refuse("The query has more than 256 words", token.Position);
        }
    }

    private void Advance() => _token = _lexer.Next();
}
