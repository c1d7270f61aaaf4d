using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Search;

/// <summary>Log lines of the search room, ids 4000 to 4099.</summary>
internal static partial class Log
{
    [LoggerMessage(4001, LogLevel.Warning, "The index of store {Store}, generation {Generation}, cannot be used and was moved aside; it is built anew")]
    public static partial void IndexMovedAside(this ILogger logger, int store, int generation, Exception reason);

    [LoggerMessage(4002, LogLevel.Information, "The index of store {Store} was rebuilt with {Documents} messages")]
    public static partial void IndexRebuilt(this ILogger logger, int store, long documents);

    [LoggerMessage(4003, LogLevel.Warning, "The index of store {Store} cannot follow; next try in {Pause}")]
    public static partial void IndexCannotFollow(this ILogger logger, int store, TimeSpan pause, Exception reason);
}
