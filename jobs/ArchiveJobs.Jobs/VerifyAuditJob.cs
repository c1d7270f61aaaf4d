using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Jobs;

/// <summary>Follows the chain of the audit trail, read-only, and names every gap and every event that is not what was sealed (docs/audit.md).</summary>
public sealed class VerifyAuditJob(AuditReader reader, AuditSealer sealer) : IJob<VerifyAuditJob.Arguments>
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public sealed record Arguments;

    public static string Kind => "VerifyAudit";

    public static StoreNeed StoreNeed => StoreNeed.None;

    public Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) => Task.FromResult<int?>(null);

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        await sealer.SealAsync(cancellationToken);
        var found = await reader.VerifyAsync(events => context.Report("audit trail", events, null, 0), cancellationToken);
        foreach (var fault in found.Faults)
        {
            context.Log(WorkLogLevel.Error, fault.What);
        }

        return new JobResult(found.IsSound ? JobOutcome.Succeeded : JobOutcome.CompletedWithErrors, ToJson(found), found.IsSound ? [] : [Gap(found)]);
    }

    private static Situation Gap(AuditVerification found) => new Situation(SituationKeys.AuditGap, ErrorClass.StoreCorrupt)
        .With("n", found.Faults.Sum(fault => fault.To - fault.From + 1))
        .With("from", found.Faults.Min(fault => fault.From))
        .With("to", found.Faults.Max(fault => fault.To));

    private static string ToJson(AuditVerification found) => JsonSerializer.Serialize(
        new
        {
            events = found.Events,
            head = found.Head.Sequence,
            hash = found.Head.HashText,
            faults = found.Faults.Select(fault => new
            {
                kind = fault.Kind, from = fault.From, to = fault.To, atUtc = fault.At?.ToString("O", CultureInfo.InvariantCulture), what = fault.What,
            }),
        },
        Json);
}
