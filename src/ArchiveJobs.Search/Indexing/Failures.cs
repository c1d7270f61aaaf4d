using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Search.Indexing;

/// <summary>What leaves the room when something goes wrong.</summary>
internal static class Failures
{
    public static ArchiveException Busy(StoreLocation store) => new(
        new Situation(SituationKeys.StoreBusy, ErrorClass.StoreBusy).With("store", store.Name),
        string.Create(CultureInfo.InvariantCulture, $"The search index of store {store.Id} is written by another process. Try again later."));

    public static ArchiveException Broken(StoreLocation store, Exception inner) => new(
        new Situation(SituationKeys.IndexBroken, ErrorClass.Derived) { ServerWords = inner.Message }.With("store", store.Name),
        string.Create(CultureInfo.InvariantCulture, $"The search index of store {store.Id} cannot be read. Run RebuildStoreIndex."),
        inner);

    public static ArchiveException CannotWrite(StoreLocation store, Exception inner) => IndexDamage.IsDiskFull(inner)
        ? new ArchiveException(
            new Situation(SituationKeys.DiskFull, ErrorClass.StoreFull).With("store", store.Name),
            string.Create(CultureInfo.InvariantCulture, $"No room for the search index of store {store.Id}. It goes on by itself when there is."),
            inner)
        : new ArchiveException(
            new Situation(SituationKeys.IndexBroken, ErrorClass.Derived) { ServerWords = inner.Message }.With("store", store.Name),
            string.Create(CultureInfo.InvariantCulture, $"The search index of store {store.Id} could not be written."),
            inner);
}
