namespace ArchiveJobs.Storage.Catalog.Comparing;

/// <summary>A row that one of two catalogs has and the other has not.</summary>
/// <param name="Row">As <see cref="CatalogDump"/> writes it; holds folder names, and of envelopes subject and addresses: not for logs.</param>
internal sealed record CatalogDifference(string Table, string Row, bool IsInFirst);

/// <summary>Compares two catalogs as sets of rows, table by table, without holding one in memory.</summary>
internal static class CatalogComparison
{
    /// <param name="limit">Differences given at most; a changed row is two.</param>
    public static IReadOnlyList<CatalogDifference> Compare(string firstPath, string secondPath, int limit, CancellationToken cancellationToken)
    {
        using var first = CatalogConnection.OpenReader(firstPath);
        using var second = CatalogConnection.OpenReader(secondPath);
        var differences = new List<CatalogDifference>();
        foreach (var (table, sql) in CatalogDump.Tables)
        {
            using var left = CatalogDump.ReadTable(first, sql).GetEnumerator();
            using var right = CatalogDump.ReadTable(second, sql).GetEnumerator();
            foreach (var (row, isInFirst) in Difference(left, right))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (differences.Count == limit)
                {
                    return differences;
                }

                differences.Add(new CatalogDifference(table, System.Text.Encoding.UTF8.GetString(row), isInFirst));
            }
        }

        return differences;
    }

    private static IEnumerable<(byte[] Row, bool IsInFirst)> Difference(IEnumerator<byte[]> left, IEnumerator<byte[]> right)
    {
        var hasLeft = left.MoveNext();
        var hasRight = right.MoveNext();
        while (hasLeft || hasRight)
        {
            var order = !hasLeft ? 1 : !hasRight ? -1 : left.Current.AsSpan().SequenceCompareTo(right.Current);
            if (order != 0)
            {
                yield return order < 0 ? (left.Current, true) : (right.Current, false);
            }

            hasLeft = order <= 0 ? left.MoveNext() : hasLeft;
            hasRight = order >= 0 ? right.MoveNext() : hasRight;
        }
    }
}
