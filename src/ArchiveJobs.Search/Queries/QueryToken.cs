namespace ArchiveJobs.Search.Queries;

internal enum TokenKind
{
    Word,
    Phrase,

    /// <summary>A name and its colon.</summary>
    Field,
    Open,
    Close,
    And,
    Or,

    /// <summary>NOT, or a minus before a word.</summary>
    Not,
    End,
}

/// <param name="Text">Without quotes, colon and star.</param>
/// <param name="IsPrefix">A star ends the word.</param>
/// <param name="Position">In the query, from 1.</param>
internal readonly record struct QueryToken(TokenKind Kind, string Text, bool IsPrefix, int Position);
