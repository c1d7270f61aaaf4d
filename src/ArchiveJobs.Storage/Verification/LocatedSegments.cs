using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Verification;

/// <summary>The segments that a catalog has entries in, whether or not a fact has named them yet.</summary>
internal static class LocatedSegments
{
    public static IReadOnlySet<SegmentId> Read(string catalog)
    {
        using var connection = CatalogConnection.OpenReader(catalog);
        using var rows = new SqliteStatement(connection, "SELECT segment FROM message WHERE segment IS NOT NULL GROUP BY segment UNION SELECT segment FROM blob_piece GROUP BY segment");
        var segments = new HashSet<SegmentId>();
        while (rows.Step())
        {
            segments.Add(SegmentId.FromOrdinal(rows.Integer(0)));
        }

        return segments;
    }
}
