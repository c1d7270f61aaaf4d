using ArchiveJobs.Core.Situations;
using Microsoft.Data.SqlClient;

namespace ArchiveJobs.Master.SqlServer;

/// <summary>SQL Server's error numbers (sys.messages) and those of the network below it as situations of the master database.</summary>
internal static class SqlServerFailure
{
    /// <param name="server">For the sentence.</param>
    public static Situation? Explain(Exception failure, string server) =>
        DatabaseFailure.Find<SqlException>(failure) is { } said && EngineFailure.Of(MeaningOf(said.Number), server) is { } situation ? situation with { ServerWords = said.Message } : null;

    internal static EngineTrouble MeaningOf(int number) => number switch
    {
        1101 or 1105 or 9002 => EngineTrouble.DiskFull,                                   // No room for data, for the log.
        17809 or 10928 or 10929 => EngineTrouble.TooManyConnections,
        3906 => EngineTrouble.ReadOnly,
        911 or 4060 => EngineTrouble.DatabaseMissing,
        229 or 230 or 262 or 18452 or 18456 or 18470 or 18487 or 18488 => EngineTrouble.Denied,
        -2 or 701 or 1205 or 1222 or 3960 => EngineTrouble.Busy,                          // Time-out, memory, deadlock, lock time-out, snapshot conflict.
        2 or 53 or 64 or 121 or 233 or 6005 or 10053 or 10054 or 10060 or 10061 or 11001 or 17142 or 40613 => EngineTrouble.Unreachable,
        _ => EngineTrouble.Unknown,
    };
}
