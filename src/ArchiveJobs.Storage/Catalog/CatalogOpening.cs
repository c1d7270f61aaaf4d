namespace ArchiveJobs.Storage.Catalog;

/// <summary>What was found where a catalog should be; all but Opened: move it aside and apply all commits to a new one.</summary>
internal enum CatalogCondition
{
    Opened,
    Missing,

    /// <summary>Not a database, damaged, or its tables are not those of this version.</summary>
    Corrupt,

    /// <summary>Written by another version of this program.</summary>
    OtherVersion,

    /// <summary>Of another store, another incarnation or another history.</summary>
    Foreign,

    /// <summary>It knows commits that the segments do not have.</summary>
    Ahead,
}

/// <param name="Writer">Only when opened; the caller disposes it.</param>
/// <param name="Reason">For the log; empty when opened.</param>
internal sealed record CatalogOpening(CatalogCondition Condition, CatalogWriter? Writer, string Reason);
