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

    [LoggerMessage(1004, LogLevel.Information, "Store {Store}: segment {Segment} is removed; what was needed of it lies elsewhere")]
    public static partial void SegmentRemoved(ILogger logger, int store, string segment);

    [LoggerMessage(1005, LogLevel.Warning, "Store {Store}: segment {Segment} is not needed any more but cannot be removed: {Reason}. It is tried again at the next start")]
    public static partial void SegmentNotRemoved(ILogger logger, int store, string segment, string reason);

    [LoggerMessage(1006, LogLevel.Warning, "Store {Store}: retired segments stay because {Segment} is missing or is not what was recorded. Run VerifyStore")]
    public static partial void RetiredStay(ILogger logger, int store, string segment);
}
