using System.Text.Json;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;

namespace ArchiveJobs.Scheduling.Ledger;

/// <summary>What the audit trail tells of runs: who asked for them, who stopped them, how they ended (docs/audit.md, "Actions").</summary>
internal sealed class RunAudit(IAuditTrail audit) : IRunTransitionSink
{
    private const string ArchiveKind = "RunProfile";

    public static AuditEntry Triggered(JobRun run) => new AuditEntry(AuditActions.RunTrigger, run.RequestedBy)
    {
        ActorKind = run.Trigger switch
        {
            RunTrigger.Manual or RunTrigger.Retry => AuditActorKind.Person,
            RunTrigger.Api => AuditActorKind.Api,
            _ => AuditActorKind.System,
        },
        Details = new JsonObject { ["trigger"] = run.Trigger.ToString(), ["arguments"] = Parse(run.ArgumentsJson), ["parent"] = run.ParentId },
    }.About("run", run.Id, run.Kind);

    public static AuditEntry By(string action, string actor, long runId) => new AuditEntry(action, actor).About("run", runId, null);

    /// <summary>Ends, and waits that somebody has to end; a run that goes on by itself is told of when it has ended.</summary>
    public Task AddAsync(MasterContext context, JobRun run, string? actor, CancellationToken cancellationToken)
    {
        if (run.State.IsFinal() || HasErrors(run))
        {
            audit.Add(context, Ended(run, actor));
        }

        return Task.CompletedTask;
    }

    private static AuditEntry Ended(JobRun run, string? actor)
    {
        var hasErrors = HasErrors(run);
        return new AuditEntry(run.Kind == ArchiveKind ? AuditActions.ProfileRunArc : AuditActions.JobRun, actor ?? run.RequestedBy)
        {
            ActorKind = actor is null ? AuditActorKind.System : AuditActorKind.Person,
            Result = hasErrors ? AuditResult.Failure : AuditResult.Success,
            Level = hasErrors ? AuditLevel.Error : AuditLevel.Information,
            Details = new JsonObject
            {
                ["state"] = run.State.ToString(),
                ["reason"] = run.Reason == RunReason.None ? null : run.Reason.ToString(),
                ["situation"] = Parse(run.SituationJson)?["key"]?.DeepClone(),
                ["arguments"] = Parse(run.ArgumentsJson),
                ["requestedBy"] = run.RequestedBy,
                ["attempts"] = run.Epoch,
                ["counters"] = Parse(run.ResultJson)?["counters"]?.DeepClone(),
            },
        }.About("run", run.Id, run.Kind);
    }

    private static bool HasErrors(JobRun run) => run.State is RunState.Failed or RunState.CompletedWithErrors or RunState.Blocked
        || (run.State == RunState.Waiting && run.Reason is RunReason.Authentication or RunReason.Disk or RunReason.Person);

    private static JsonObject? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json) as JsonObject;
        }
        catch (JsonException)
        {
            return null;   // Written by another version: the event is told without it.
        }
    }
}
