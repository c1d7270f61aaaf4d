namespace ArchiveJobs.Worker;

/// <summary>Ids 9000 to 9099.</summary>
internal static partial class Log
{
    [LoggerMessage(9000, LogLevel.Information, "Serving on {Url}, data in {Directory}")]
    public static partial void Serving(this ILogger logger, string url, string directory);

    [LoggerMessage(9001, LogLevel.Information, "Stopping: runs are given back")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(9002, LogLevel.Error, "Command {Command} failed unexpectedly")]
    public static partial void CommandFailed(this ILogger logger, string command, Exception exception);

    [LoggerMessage(9004, LogLevel.Error, "Store {Store} cannot be opened")]
    public static partial void StoreCannotBeOpened(this ILogger logger, int store, Exception exception);

    [LoggerMessage(9005, LogLevel.Information, "Ready")]
    public static partial void Ready(this ILogger logger);

    [LoggerMessage(9006, LogLevel.Warning, "Recovery code: {Warning}")]
    public static partial void RecoveryCodeOpen(this ILogger logger, string warning);

    [LoggerMessage(9020, LogLevel.Error, "A request to the API ({Method}) failed unexpectedly")]
    public static partial void RequestFailed(this ILogger logger, string method, Exception exception);

    [LoggerMessage(9021, LogLevel.Warning, "Wrong tokens from {Address}, {Count} in this minute")]
    public static partial void TokenRefused(this ILogger logger, System.Net.IPAddress? address, int count);

    [LoggerMessage(9007, LogLevel.Warning, "The audit trail cannot be sealed now; it is tried again")]
    public static partial void NotSealed(this ILogger logger, Exception exception);

    [LoggerMessage(9010, LogLevel.Warning, "The stores of this host could not be given back; other hosts take them over when their leases have run out")]
    public static partial void StoresNotGivenBack(this ILogger logger, Exception exception);

    [LoggerMessage(9011, LogLevel.Warning, "Which stores belong to this host cannot be read now; it is tried again")]
    public static partial void OwnersUnknown(this ILogger logger, Exception exception);

    [LoggerMessage(9008, LogLevel.Information, "Certificate in use: SHA-256 {Fingerprint}, valid until {End}")]
    public static partial void CertificateShown(this ILogger logger, string fingerprint, DateTimeOffset end);

    [LoggerMessage(9009, LogLevel.Warning, "The certificate cannot be read or renewed now; the one in use stays, and it is tried again")]
    public static partial void CertificateUnreadable(this ILogger logger, Exception exception);

    [LoggerMessage(9012, LogLevel.Warning, "https: {Warning}")]
    public static partial void HttpsWarning(this ILogger logger, string warning);
}
