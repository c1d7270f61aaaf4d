using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>A run whose command has words of its own: only its progress is shown.</summary>
internal static class QuietRun
{
    /// <summary>Enters the run and stays until it has ended, or stands still.</summary>
    /// <param name="argumentsJson">As <see cref="IRunService.EnqueueAsync"/> takes them.</param>
    public static async Task<ShownRun> RunAsync(CommandContext context, string kind, string argumentsJson, CancellationToken cancellationToken)
    {
        var runs = context.Get<IRunService>();
        var queued = await runs.EnqueueAsync(kind, argumentsJson, RunTrigger.Manual, Environment.UserName, cancellationToken);
        await foreach (var update in runs.WatchAsync(queued.Id, cancellationToken))
        {
            if (update is RunProgressed { Progress: var progress })
            {
                var rate = progress.BytesPerSecond > 0 ? Numbers.Size((long)progress.BytesPerSecond) + "/s" : "";
                context.Output.Progress(new ProgressStep(progress.Phase, progress.Done, progress.Total, rate));
            }
            else if (update is RunStateChanged { State: RunState.Waiting or RunState.Blocked })
            {
                break;
            }
        }

        context.Output.EndProgress();
        return await ShownRun.LoadAsync(runs, queued.Id, cancellationToken) ?? throw CommandException.Usage($"run {queued.Id} has vanished.");
    }
}
