using ArchiveJobs.Master;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling;

/// <summary>Ids 5000 to 5099.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Information, "Run {RunId}: {State} {Reason}: {Text}")]
    public static partial void Transition(ILogger logger, long runId, RunState state, RunReason reason, string text);

    [LoggerMessage(5001, LogLevel.Debug, "Run {RunId}: delivery refused")]
    public static partial void DeliveryRefused(ILogger logger, long runId);

    [LoggerMessage(5002, LogLevel.Warning, "Run {RunId}: this version has no job kind {Kind}; a newer host has to take it")]
    public static partial void UnknownKind(ILogger logger, long runId, string kind);

    [LoggerMessage(5003, LogLevel.Warning, "Run {RunId}: the lease of epoch {Epoch} is lost")]
    public static partial void LeaseLost(ILogger logger, long runId, long epoch);

    [LoggerMessage(5004, LogLevel.Warning, "Run {RunId}: the ledger could not be written, tried again")]
    public static partial void LedgerUnreachable(ILogger logger, Exception exception, long runId);

    [LoggerMessage(5005, LogLevel.Error, "Run {RunId} stopped because of an error that is not known")]
    public static partial void Unexpected(ILogger logger, Exception exception, long runId);

    [LoggerMessage(5006, LogLevel.Error, "The reconciler could not finish a pass; the next one tries again")]
    public static partial void ReconcilerFailed(ILogger logger, Exception exception);

    [LoggerMessage(5007, LogLevel.Information, "Host {Host}, boot {BootId}: {Orphans} runs of an earlier start were left running")]
    public static partial void Started(ILogger logger, string host, Guid bootId, int orphans);

    [LoggerMessage(5008, LogLevel.Warning, "{Count} runs did not give themselves back within {Timeout}")]
    public static partial void StopTimedOut(ILogger logger, int count, TimeSpan timeout);

    [LoggerMessage(5009, LogLevel.Error, "Run {RunId}: its end could not be written; its lease runs out and it is taken up again")]
    public static partial void EndLost(ILogger logger, Exception exception, long runId);

    [LoggerMessage(5011, LogLevel.Error, "Schedule {ScheduleId} ({Name}) could not be looked at; the next look tries again")]
    public static partial void ScheduleFailed(ILogger logger, Exception exception, int scheduleId, string name);

    [LoggerMessage(5012, LogLevel.Error, "The planner could not finish a pass; the next one tries again")]
    public static partial void PlannerFailed(ILogger logger, Exception exception);

    [LoggerMessage(5014, LogLevel.Debug, "Run {RunId} needs store {StoreId}, which belongs to another host; it was handed over")]
    public static partial void Elsewhere(ILogger logger, long runId, int storeId);

    [LoggerMessage(5013, LogLevel.Debug, "A transaction was in the way of another; it is done again (attempt {Attempt})")]
    public static partial void WrittenAgain(ILogger logger, Exception exception, int attempt);

    [LoggerMessage(5010, LogLevel.Error, "Run {RunId}: the executor failed")]
    public static partial void ExecutorFailed(ILogger logger, Exception exception, long runId);
}
