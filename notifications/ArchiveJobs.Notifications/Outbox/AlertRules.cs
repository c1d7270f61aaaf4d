using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Outbox;

/// <summary>Tries of a run that ended in a wait for the next one, without progress in between.</summary>
/// <param name="Count">The present one included.</param>
/// <param name="Since">When the first of them began.</param>
internal readonly record struct BackoffRow(int Count, DateTimeOffset Since);

/// <summary>Which ends and waits of a run a person is told of, and how loudly. Pure functions.</summary>
internal static class AlertRules
{
    private const int ThirdTime = 3;
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(15);

    public static bool NeedsBackoffs(JobRun run) => run is { State: RunState.Waiting, Reason: RunReason.Backoff };

    /// <param name="row">Looked at only for a run that waits for its next try.</param>
    public static bool IsTold(JobRun run, Situation situation, BackoffRow row) => run.State switch
    {
        RunState.Failed or RunState.CompletedWithErrors or RunState.Blocked => true,
        RunState.Waiting => run.Reason switch
        {
            RunReason.Authentication or RunReason.Disk or RunReason.Person => true,
            RunReason.Store => situation.Class == ErrorClass.StoreOffline,
            RunReason.Backoff => row.Count >= ThirdTime || (IsTrouble(situation) && run.NotBefore - row.Since > LongWait),
            _ => false,
        },
        _ => false,
    };

    public static AlertState StateOf(JobRun run, Situation situation) => situation.Key switch
    {
        SituationKeys.StoreDamaged or SituationKeys.AuditGap or SituationKeys.DatabaseDamaged => AlertState.Damaged,
        SituationKeys.DiskLow or SituationKeys.BackupBad => AlertState.NeedsALook,
        _ => run.State switch
        {
            RunState.Failed => AlertState.Failed,
            RunState.CompletedWithErrors => AlertState.NeedsALook,
            _ => AlertState.Stopped,
        },
    };

    /// <summary>For alerts of the watch, which have no run.</summary>
    public static AlertState StateOf(Situation situation) => situation.Key switch
    {
        SituationKeys.ScheduleOverdue or SituationKeys.ScheduleNeverGood => AlertState.Overdue,
        SituationKeys.HostLost or SituationKeys.PlannerSilent or SituationKeys.DatabaseUnreachable => AlertState.Stopped,
        SituationKeys.StoreDamaged or SituationKeys.AuditGap => AlertState.Damaged,
        _ => AlertState.NeedsALook,
    };

    public static AlertSeverity SeverityOf(Situation situation) => situation switch
    {
        { Key: SituationKeys.StoreDamaged or SituationKeys.AuditGap or SituationKeys.StoreChangedOutside } => AlertSeverity.Critical,
        { Class: ErrorClass.StoreCorrupt } => AlertSeverity.Critical,
        { Class: ErrorClass.Item } => AlertSeverity.Warning,
        { Key: SituationKeys.DiskLow or SituationKeys.MailboxSilent or SituationKeys.CertificateExpiring or SituationKeys.RunSlow or SituationKeys.StorageSlow } => AlertSeverity.Warning,
        _ => AlertSeverity.Error,
    };

    /// <summary>A server that asks for a pause is obeyed without a word until that has happened three times in a row.</summary>
    private static bool IsTrouble(Situation situation) => situation.Key != SituationKeys.ServerThrottled;
}
