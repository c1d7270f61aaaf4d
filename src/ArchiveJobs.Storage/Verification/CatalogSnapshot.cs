using ArchiveJobs.Storage.Catalog;

namespace ArchiveJobs.Storage.Verification;

/// <summary>A copy of a catalog at one commit, taken beside its writer.</summary>
internal static class CatalogSnapshot
{
    public static void Take(string catalog, string target)
    {
        using var connection = CatalogConnection.OpenReader(catalog);
        using var copy = connection.CreateCommand();

        // One read transaction; unlike the backup interface it does not hold up the writer. It writes the target only, which query_only forbids too.
        copy.CommandText = "PRAGMA query_only=OFF; VACUUM INTO $target";
        copy.Parameters.AddWithValue("$target", target);
        copy.ExecuteNonQuery();
    }
}
