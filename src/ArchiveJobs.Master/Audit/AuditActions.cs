namespace ArchiveJobs.Master.Audit;

/// <summary>Names of what the audit trail tells; docs/audit.md says when. Stored: never renamed.</summary>
public static class AuditActions
{
    public const string ProfileRunArc = "ProfileRunArc";
    public const string JobRun = "JobRun";
    public const string RunTrigger = "RunTrigger";
    public const string RunCancel = "RunCancel";
    public const string RunRetry = "RunRetry";
    public const string StoreAdd = "StoreAdd";
    public const string StoreChange = "StoreChange";
    public const string ProfileAdd = "ProfileAdd";
    public const string ProfileChange = "ProfileChange";
    public const string ProfileDelete = "ProfileDelete";
    public const string CredentialsChange = "CredentialsChange";
    public const string ScheduleAdd = "ScheduleAdd";
    public const string ScheduleChange = "ScheduleChange";
    public const string ScheduleDelete = "ScheduleDelete";
    public const string SchedulePause = "SchedulePause";
    public const string ScheduleResume = "ScheduleResume";
    public const string ScheduleSkip = "ScheduleSkip";
    public const string SlotSkip = "SlotSkip";
    public const string AlertChannelAdd = "AlertChannelAdd";
    public const string AlertChannelChange = "AlertChannelChange";
    public const string AlertChannelDelete = "AlertChannelDelete";
    public const string AlertChannelTest = "AlertChannelTest";
    public const string AlertRetry = "AlertRetry";
    public const string AlertDismiss = "AlertDismiss";
    public const string AlertAbandon = "AlertAbandon";
    public const string CertificateCreate = "CertificateCreate";
    public const string CertificateRequest = "CertificateRequest";
    public const string CertificateImport = "CertificateImport";
    public const string CertificateRestore = "CertificateRestore";
    public const string SettingsChange = "SettingsChange";
    public const string SessionLogin = "SessionLogin";
    public const string SessionLogout = "SessionLogout";
    public const string UserAdd = "UserAdd";
    public const string UserChange = "UserChange";
    public const string UserDelete = "UserDelete";
    public const string UserSetPassword = "UserSetPassword";
    public const string MessageRead = "MessageRead";
    public const string MessageDownload = "MessageDownload";
    public const string MessageDelete = "MessageDelete";
    public const string RecoveryCodeAdd = "RecoveryCodeAdd";
    public const string RecoveryCodeConfirm = "RecoveryCodeConfirm";
    public const string TokenAdd = "TokenAdd";
    public const string TokenRevoke = "TokenRevoke";
}
