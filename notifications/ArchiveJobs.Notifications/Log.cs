using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Notifications;

/// <summary>Ids 6000 to 6099.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Error, "Channel {Channel} failed unexpectedly")]
    public static partial void SendFailed(ILogger logger, Exception exception, int channel);

    [LoggerMessage(6001, LogLevel.Warning, "The outbox of the alerts cannot be read or written; it is tried again")]
    public static partial void OutboxUnreachable(ILogger logger, Exception exception);
}
