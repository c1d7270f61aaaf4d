using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Scheduling.Hosting;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Execution;

/// <summary>A run that takes much longer than it usually does is told once; when it has ended well, that it is over. Any number of hosts may look.</summary>
internal sealed class SlowRunWatch(IDbContextFactory<MasterContext> contexts, IAlertSource alerts, TimeProvider time)
{
    /// <summary>What is done in less never is slow, however short it usually is.</summary>
    private static readonly TimeSpan AtLeast = TimeSpan.FromMinutes(15);

    private const int Times = 3;
    private const int FewestTries = 3;
    private const int Tries = 10;
    private const int PassLimit = 100;

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        await EndAsync(db, cancellationToken);
        var before = time.GetUtcNow() - AtLeast;
        var running = await db.JobRuns.AsNoTracking()
            .Where(run => run.State == RunState.Running && run.StateSince < before
                && !db.RaisedAlerts.Any(alert => alert.RunId == run.Id && alert.SituationKey == SituationKeys.RunSlow))
            .OrderBy(run => run.Id).Take(PassLimit).ToListAsync(cancellationToken);
        foreach (var run in running)
        {
            await LookAtAsync(db, run, cancellationToken);
        }
    }

    private async Task LookAtAsync(MasterContext db, JobRun run, CancellationToken cancellationToken)
    {
        var takes = time.GetUtcNow() - run.StateSince;
        if (await ReadUsualAsync(db, run.Identity, cancellationToken) is not { } usual || takes < usual * Times)
        {
            return;
        }

        var situation = new Situation(SituationKeys.RunSlow, ErrorClass.Unknown)
            .With("job", run.Kind).With("run", run.Id).With("since", run.StateSince.ToString("O", CultureInfo.InvariantCulture)).With("time", Span(takes)).With("usual", Span(usual));
        await alerts.RaiseOfRunAsync(db, run, situation, run.StateSince, cancellationToken);
        await WatchSaving.SaveAsync(db, cancellationToken);
    }

    /// <summary>The median of the last tries that ended well; null when there are too few to say.</summary>
    private static async Task<TimeSpan?> ReadUsualAsync(MasterContext db, string identity, CancellationToken cancellationToken)
    {
        var tries = await db.JobRuns.Where(run => run.Identity == identity && (run.State == RunState.Succeeded || run.State == RunState.CompletedWithWarnings))
            .OrderByDescending(run => run.Id).Take(Tries)
            .SelectMany(run => db.JobRunAttempts.Where(attempt => attempt.RunId == run.Id && attempt.Epoch == run.Epoch && attempt.EndedAt != null))
            .Select(attempt => new { attempt.StartedAt, attempt.EndedAt })
            .ToListAsync(cancellationToken);
        return tries.Count < FewestTries ? null : tries.Select(attempt => attempt.EndedAt!.Value - attempt.StartedAt).Order().ElementAt(tries.Count / 2);
    }

    /// <summary>What ended otherwise than well has its own alert, or none: then nothing is said of this one.</summary>
    private async Task EndAsync(MasterContext db, CancellationToken cancellationToken)
    {
        var open = await db.RaisedAlerts.AsNoTracking()
            .Where(alert => alert.State == RaisedAlertState.Open && alert.SituationKey == SituationKeys.RunSlow)
            .Select(alert => new { alert.ThingType, alert.ThingKey, alert.ThingName, State = db.JobRuns.Where(run => run.Id == alert.RunId).Select(run => (RunState?)run.State).FirstOrDefault() })
            .ToListAsync(cancellationToken);
        foreach (var alert in open.Where(alert => alert.State != RunState.Running))
        {
            var thing = new AlertThing(alert.ThingType, alert.ThingKey, alert.ThingName);
            var isGood = alert.State is RunState.Succeeded or RunState.CompletedWithWarnings;
            await (isGood
                ? alerts.RecoverAsync(db, thing, SituationKeys.RunSlow, cancellationToken)
                : alerts.CloseAsync(db, thing, SituationKeys.RunSlow, cancellationToken));
            await WatchSaving.SaveAsync(db, cancellationToken);
        }
    }

    private static string Span(TimeSpan span) => span.ToString("c", CultureInfo.InvariantCulture);
}
