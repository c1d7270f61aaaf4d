using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Dashboard;

/// <summary>Ids 8000 to 8099.</summary>
internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Warning, "No one could log in yet: user admin was made; the first password is in {File}, which is removed after the first login")]
    public static partial void FirstPasswordWritten(this ILogger logger, string file);

    [LoggerMessage(8001, LogLevel.Information, "Login {Login} logged in")]
    public static partial void LoggedIn(this ILogger logger, int login);

    [LoggerMessage(8002, LogLevel.Warning, "A login was refused: {Reason}")]
    public static partial void LoginRefused(this ILogger logger, string reason);

    [LoggerMessage(8003, LogLevel.Warning, "Login {Login} asked for {Deed} without the right to it")]
    public static partial void Denied(this ILogger logger, int login, string deed);

    [LoggerMessage(8004, LogLevel.Warning, "Store {Store} cannot be read for the dashboard")]
    public static partial void StoreUnreadable(this ILogger logger, int store, Exception exception);
}
