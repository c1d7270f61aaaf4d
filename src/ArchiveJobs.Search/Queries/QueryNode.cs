namespace ArchiveJobs.Search.Queries;

/// <summary>A query as it was meant.</summary>
internal abstract record QueryNode;

/// <summary>Finds everything: an empty query.</summary>
internal sealed record EverythingNode : QueryNode;

/// <summary>All of these, none of those.</summary>
internal sealed record AllNode(IReadOnlyList<QueryNode> Required, IReadOnlyList<QueryNode> Excluded) : QueryNode;

internal sealed record AnyNode(IReadOnlyList<QueryNode> Choices) : QueryNode;

/// <summary>A word or phrase.</summary>
/// <param name="Field">One of <see cref="Indexing.FieldNames"/>; null for all.</param>
/// <param name="IsPrefix">The last word goes on.</param>
/// <param name="Position">In the query, from 1.</param>
internal sealed record TextNode(string? Field, string Text, bool IsPrefix, int Position) : QueryNode;

/// <summary>Days from First to Last, both included; null is open.</summary>
internal sealed record DateNode(DateOnly? First, DateOnly? Last) : QueryNode;
