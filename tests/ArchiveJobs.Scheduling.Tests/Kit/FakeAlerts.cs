using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Tests.Kit;

/// <summary>Keeps what the watch raises as rows, in the caller's transaction, as the notifications do.</summary>
internal sealed class FakeAlerts : IAlertSource
{
    public async Task RaiseAsync(MasterContext context, AlertThing thing, Situation situation, DateTimeOffset since, long? runId, CancellationToken cancellationToken)
    {
        if (await FindAsync(context, thing, situation.Key) is null)
        {
            var cause = $"{thing.Type}|{thing.Key}|{situation.Key}";
            context.RaisedAlerts.Add(new RaisedAlert
            {
                Cause = cause, LiveCause = cause, ThingType = thing.Type, ThingKey = thing.Key, ThingName = thing.Name, SituationKey = situation.Key,
                SituationJson = SituationJson.Write(situation), FactsJson = "{}", Since = since, RunId = runId,
            });
        }
    }

    public Task RaiseOfRunAsync(MasterContext context, JobRun run, Situation situation, DateTimeOffset since, CancellationToken cancellationToken) =>
        RaiseAsync(context, new AlertThing("job", run.Kind, run.Kind), situation, since, run.Id, cancellationToken);

    public Task RecoverAsync(MasterContext context, AlertThing thing, string situationKey, CancellationToken cancellationToken) =>
        EndAsync(context, thing, situationKey, RaisedAlertState.Recovered);

    public Task CloseAsync(MasterContext context, AlertThing thing, string situationKey, CancellationToken cancellationToken) =>
        EndAsync(context, thing, situationKey, RaisedAlertState.Closed);

    public async Task<int> CloseAllAsync(MasterContext context, string by, CancellationToken cancellationToken)
    {
        var open = await context.RaisedAlerts.Where(alert => alert.LiveCause != null).ToListAsync(cancellationToken);
        open.ForEach(alert => (alert.State, alert.LiveCause) = (RaisedAlertState.Closed, null));
        return open.Count;
    }

    /// <summary>All that was ever raised, in order, like "schedule.overdue Open".</summary>
    public static async Task<string[]> ListAsync(TestHost host)
    {
        await using var db = await host.OpenAsync();
        return [.. (await db.RaisedAlerts.AsNoTracking().OrderBy(alert => alert.Id).ToListAsync()).Select(alert => $"{alert.SituationKey} {alert.State}")];
    }

    private static async Task EndAsync(MasterContext context, AlertThing thing, string situationKey, RaisedAlertState state)
    {
        if (await FindAsync(context, thing, situationKey) is { } open)
        {
            (open.State, open.LiveCause) = (state, null);
        }
    }

    private static Task<RaisedAlert?> FindAsync(MasterContext context, AlertThing thing, string key) =>
        context.RaisedAlerts.SingleOrDefaultAsync(alert => alert.LiveCause == $"{thing.Type}|{thing.Key}|{key}");
}
