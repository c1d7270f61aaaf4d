using System.Net.Sockets;
using ArchiveJobs.Core.Situations;
using Npgsql;

namespace ArchiveJobs.Master.PostgreSql;

/// <summary>PostgreSQL's error codes (https://www.postgresql.org/docs/current/errcodes-appendix.html) and broken connections as situations of the master database.</summary>
internal static class PostgreSqlFailure
{
    private const string DatabaseDropped = "57P04";

    /// <param name="server">Host and port, for the sentence.</param>
    public static Situation? Explain(Exception failure, string server)
    {
        if (DatabaseFailure.Find<PostgresException>(failure) is { } said)
        {
            return Complete(EngineFailure.Of(MeaningOf(said.SqlState), server), said);
        }

        // Nothing of the server's own: the connection broke, was not made, or nobody answered on it.
        return DatabaseFailure.Find<NpgsqlException>(failure) is { } broken ? Complete(EngineFailure.Of(MeaningOf(broken.InnerException), server), broken) : null;
    }

    internal static EngineTrouble MeaningOf(string code) => code switch
    {
        PostgresErrorCodes.DiskFull => EngineTrouble.DiskFull,
        PostgresErrorCodes.TooManyConnections => EngineTrouble.TooManyConnections,
        PostgresErrorCodes.ReadOnlySqlTransaction => EngineTrouble.ReadOnly,
        PostgresErrorCodes.InvalidCatalogName or DatabaseDropped => EngineTrouble.DatabaseMissing,
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InsufficientPrivilege => EngineTrouble.Denied,
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => EngineTrouble.Unreachable,
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable
            or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.OutOfMemory => EngineTrouble.Busy,
        _ when code.StartsWith("08", StringComparison.Ordinal) => EngineTrouble.Unreachable,   // Class 08: connection exceptions.
        _ => EngineTrouble.Unknown,
    };

    private static EngineTrouble MeaningOf(Exception? cause) => cause switch
    {
        TimeoutException => EngineTrouble.Busy,
        SocketException or IOException => EngineTrouble.Unreachable,
        _ => EngineTrouble.Unknown,
    };

    private static Situation? Complete(Situation? situation, Exception said) => situation is null ? null : situation with { ServerWords = said.Message };
}
