using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Watches one run; writes its log lines and its progress as they come.</summary>
internal sealed class RunFollower(IRunService runs, IStoreBook stores, RunReport report)
{
    /// <returns>The run at its end, or stopped when <paramref name="wait"/> is false.</returns>
    public async Task<ShownRun> FollowAsync(long id, bool wait, CancellationToken cancellationToken)
    {
        var run = await LoadAsync(id, cancellationToken);
        report.ShowHead(run, await NameAsync(run.Summary.StoreId, cancellationToken));
        await foreach (var update in runs.WatchAsync(id, cancellationToken))
        {
            switch (update)
            {
                case RunLogged line:
                    report.ShowLog(line);
                    break;
                case RunProgressed { Progress: var progress }:
                    report.ShowProgress(progress);
                    break;
                case RunStateChanged { State: RunState.Waiting or RunState.Blocked } stopped when !wait && !GoesOnByItself(stopped):
                    return await LoadAsync(id, cancellationToken);
                case RunStateChanged changed:
                    report.ShowState(changed);
                    break;
            }
        }

        return await LoadAsync(id, cancellationToken);
    }

    private async Task<string?> NameAsync(int? store, CancellationToken cancellationToken) =>
        store is { } id ? (await stores.ListAsync(cancellationToken)).FirstOrDefault(one => one.Id == id)?.Name : null;

    /// <summary>A run in line for its store starts as soon as the run before it ends; nobody has to act.</summary>
    private static bool GoesOnByItself(RunStateChanged stopped) => stopped is { State: RunState.Waiting, Reason: RunReason.Store, Situation: null or { Class: Core.Situations.ErrorClass.StoreBusy } };

    private async Task<ShownRun> LoadAsync(long id, CancellationToken cancellationToken) =>
        await ShownRun.LoadAsync(runs, id, cancellationToken) ?? throw CommandException.Usage($"There is no run {id}. See: archivejobs runs list");
}
