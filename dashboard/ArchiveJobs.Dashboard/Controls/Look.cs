using ArchiveJobs.Master;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Controls;

/// <summary>Icon and color of every state; nobody else chooses one. Shape first, word second, color third: a gray print still tells states apart.</summary>
public readonly record struct Look(string Icon, string Color)
{
    // A hexagon with a crack, 24 x 24.
    private const string Cracked = "<path fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\" stroke-linejoin=\"round\" d=\"M12 2l8.7 5v10L12 22l-8.7-5V7zM12 2l-2 6 4 3-3 4 2 7\"/>";

    public static Look Of(RunState state, RunReason reason) => state switch
    {
        RunState.Queued => new(Icons.Material.Outlined.Schedule, "calm"),
        RunState.Running => new(Icons.Material.Outlined.Autorenew, "live"),
        RunState.Succeeded => new(Icons.Material.Outlined.CheckCircle, "good"),
        RunState.CompletedWithWarnings => new(Icons.Material.Outlined.WarningAmber, "warn"),
        RunState.CompletedWithErrors => new(Icons.Material.Outlined.ReportGmailerrorred, "bad"),
        RunState.Failed => new(Icons.Material.Outlined.Close, "fail"),
        RunState.Blocked => new(Icons.Material.Outlined.Block, "fail"),
        RunState.Cancelled => new(Icons.Material.Outlined.StopCircle, "calm"),
        RunState.Interrupted => new(Icons.Material.Outlined.Bolt, "calm"),
        RunState.Skipped => new(Icons.Material.Outlined.SkipNext, "calm"),
        RunState.Waiting when reason is RunReason.Authentication or RunReason.Disk or RunReason.Person => new(Icons.Material.Outlined.Person, "warn"),
        _ => new(Icons.Material.Outlined.HourglassEmpty, "calm"),
    };

    /// <param name="isEnabled">Neither switched off nor in a pause.</param>
    public static Look OfSchedule(bool isEnabled, bool isOverdue) =>
        isOverdue ? new(Icons.Material.Outlined.Schedule, "bad")
        : isEnabled ? new(Icons.Material.Outlined.CheckCircle, "good")
        : new(Icons.Material.Outlined.Pause, "calm");

    public static Look OfChannel(bool isEnabled, bool hasTrouble) =>
        !isEnabled ? new(Icons.Material.Outlined.PowerSettingsNew, "calm")
        : hasTrouble ? new(Icons.Material.Outlined.HourglassEmpty, "warn")
        : new(Icons.Material.Outlined.CheckCircle, "good");

    public static Look Of(AlertDeliveryState state) => state switch
    {
        AlertDeliveryState.Delivered => new(Icons.Material.Outlined.CheckCircle, "good"),
        AlertDeliveryState.Pending => new(Icons.Material.Outlined.HourglassEmpty, "warn"),
        _ => new(Icons.Material.Outlined.Close, "fail"),
    };

    public static Look Of(RaisedAlertState state) => state switch
    {
        RaisedAlertState.Open => new(Icons.Material.Outlined.ReportGmailerrorred, "bad"),
        RaisedAlertState.Recovered => new(Icons.Material.Outlined.CheckCircle, "good"),
        _ => new(Icons.Material.Outlined.Person, "calm"),
    };

    public static Look Of(AuditResult result, AuditLevel level) => result switch
    {
        AuditResult.Refused => new(Icons.Material.Outlined.Block, "warn"),
        AuditResult.Failure => new(Icons.Material.Outlined.Close, "bad"),
        _ when level == AuditLevel.Error => new(Icons.Material.Outlined.ReportGmailerrorred, "bad"),
        _ when level == AuditLevel.Warning => new(Icons.Material.Outlined.WarningAmber, "warn"),
        _ => new(Icons.Material.Outlined.Check, "good"),
    };

    public static Look Of(StoreState state) => state switch
    {
        StoreState.ArchiveHere => new(Icons.Material.Outlined.ArrowForward, "live"),
        StoreState.Normal => new(Icons.Material.Outlined.CheckCircle, "good"),
        StoreState.WriteProtected => new(Icons.Material.Outlined.Lock, "calm"),
        StoreState.Disabled => new(Icons.Material.Outlined.PowerSettingsNew, "calm"),
        _ => new(Cracked, "fail"),
    };
}
