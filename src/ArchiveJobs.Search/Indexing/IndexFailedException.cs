namespace ArchiveJobs.Search.Indexing;

/// <summary>Writing the index failed (not reading the store). Stays inside the room: <see cref="StoreIndex"/> decides what becomes of it.</summary>
internal sealed class IndexFailedException(Exception inner) : Exception("Writing the index failed.", inner);
