namespace ArchiveJobs.Storage.Catalog;

/// <summary>Which store a catalog belongs to, as the file STORE says.</summary>
/// <param name="Incarnation">Another one after a restore or an attachment as a copy.</param>
internal readonly record struct CatalogIdentity(Guid Store, Guid Incarnation);
