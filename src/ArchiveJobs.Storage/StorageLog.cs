using ArchiveJobs.Storage.Catalog;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Storage;

/// <summary>Events of the store, 1000 to 1099.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(1000, LogLevel.Warning, "Store {Store}: segment {Segment} was left open; sealed at {Length} bytes, {Cut} unfinished bytes cut")]
    public static partial void SegmentSealed(ILogger logger, int store, string segment, long length, long cut);

    [LoggerMessage(1001, LogLevel.Warning, "Store {Store}: the catalog is not used ({Condition}): {Reason} It is made anew")]
    public static partial void CatalogSetAside(ILogger logger, int store, CatalogCondition condition, string reason);

    [LoggerMessage(1002, LogLevel.Information, "Store {Store}: the catalog was brought from commit {From} to {To}, {Messages} messages")]
    public static partial void CatalogCaughtUp(ILogger logger, int store, long from, long to, long messages);

    [LoggerMessage(1003, LogLevel.Warning, "Store {Store}: the catalog was made around {Count} damages, the first in {Segment} at {Offset}: {What}. Run VerifyStore")]
    public static partial void CatalogLacks(ILogger logger, int store, int count, string segment, long offset, string what);
}
