using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Watches one run in the ledger; writes its log lines and its progress as they come.</summary>
internal sealed class RunFollower(CommandContext context, RunReport report)
{
    // The ledger is a local database: a look costs well under a millisecond.
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    private readonly IRunBook _runs = context.Get<IRunBook>();
    private readonly TimeProvider _time = context.Get<TimeProvider>();
    private long _position;

    /// <returns>The run at its end, or stopped when <paramref name="wait"/> is false.</returns>
    public async Task<RunView> FollowAsync(long id, bool wait, CancellationToken cancellationToken)
    {
        var isHeadShown = false;
        while (true)
        {
            var run = await _runs.FindAsync(id, cancellationToken) ?? throw CommandException.Usage($"There is no run {id}.");
            if (!isHeadShown)
            {
                report.ShowHead(run);
                isHeadShown = true;
            }

            await ShowLogAsync(id, cancellationToken);
            if (run.HasEnded || (run.IsStopped && !wait))
            {
                return run;
            }

            report.ShowProgress(run);
            await Task.Delay(Between, _time, cancellationToken);
        }
    }

    private async Task ShowLogAsync(long id, CancellationToken cancellationToken)
    {
        foreach (var line in await _runs.ReadLogAsync(id, _position, cancellationToken))
        {
            report.ShowLog(line);
            _position = line.Position;
        }
    }
}
