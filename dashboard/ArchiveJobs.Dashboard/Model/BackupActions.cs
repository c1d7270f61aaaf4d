using System.Text.Json;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Text;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>Whether a backup could be opened after a fire.</summary>
internal enum RecoveryCode
{
    None,

    /// <summary>Made, but nobody has shown that it is kept.</summary>
    Unconfirmed,

    Confirmed,
}

/// <param name="Run">The run that was asked for; null when it was not.</param>
internal sealed record AskedBackup(QueuedRun? Run, string? Problem);

/// <summary>The button that backs up the installation.</summary>
internal sealed class BackupActions(Guard guard, IRunService runs, IRecoveryCodes codes, PathGate paths)
{
    private const string Kind = "CreateBackup";

    public IReadOnlyList<string> Roots => paths.Roots;

    public RecoveryCode Code => codes.Read() switch
    {
        null => RecoveryCode.None,
        { ConfirmedAt: null } => RecoveryCode.Unconfirmed,
        _ => RecoveryCode.Confirmed,
    };

    /// <summary>Where the last backup went; null when there was none.</summary>
    public async Task<string?> LastPathAsync(CancellationToken cancellationToken) =>
        await runs.ListAsync(new RunFilter { Kind = Kind }, null, 1, cancellationToken) is [var latest, ..]
        && RunValues.Arguments(latest.ArgumentsJson) is { ValueKind: JsonValueKind.Object } arguments && arguments.TryGetProperty("path", out var path)
            ? path.GetString()
            : null;

    /// <summary>A backup that nobody could open is not begun: the code must have been read back.</summary>
    public async Task<AskedBackup> StartAsync(string path, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Operate, cancellationToken);
        if (Code != RecoveryCode.Confirmed)
        {
            return new AskedBackup(null, null);
        }

        var (checkedPath, problem) = paths.Check(path.Trim(), await LastGoodPathAsync(cancellationToken));
        return problem is not null
            ? new AskedBackup(null, problem)
            : new AskedBackup(await runs.EnqueueAsync(Kind, JsonSerializer.Serialize(new { path = checkedPath }), RunTrigger.Manual, person.Name, cancellationToken), null);
    }

    /// <summary>A place that a backup was made in may be used again: who named it first was allowed to.</summary>
    private async Task<string?> LastGoodPathAsync(CancellationToken cancellationToken) =>
        await runs.ListAsync(new RunFilter { Kind = Kind, State = RunState.Succeeded }, null, 1, cancellationToken) is [var good, ..]
        && RunValues.Arguments(good.ArgumentsJson) is { ValueKind: JsonValueKind.Object } arguments && arguments.TryGetProperty("path", out var path)
            ? path.GetString()
            : null;
}
