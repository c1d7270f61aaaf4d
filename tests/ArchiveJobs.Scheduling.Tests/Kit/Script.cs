using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Scheduling.Tests.Kit;

/// <summary>What the jobs of a test do.</summary>
internal sealed class Script : IDiskProbe
{
    public Func<RunContext, CancellationToken, Task<JobResult>> Body { get; set; } = (_, _) => Task.FromResult(Done);

    public bool IsDiskWritable { get; set; } = true;

    public bool HasWorked { get; set; }

    public int Started { get; set; }

    public static JobResult Done => new(JobOutcome.Succeeded, """{"n":1}""", []);

    public Task<bool> IsWritableAsync(int? storeId, CancellationToken cancellationToken) => Task.FromResult(IsDiskWritable);

    public Task<JobResult> RunAsync(RunContext context, CancellationToken cancellationToken)
    {
        Started++;
        return Body(context, cancellationToken);
    }
}

internal sealed class ScriptedJob(Script script) : IJob<ScriptedJob.Args>
{
    public static string Kind => "Scripted";

    public static StoreNeed StoreNeed => StoreNeed.Shared;

    public Task<int?> FindStoreAsync(Args arguments, CancellationToken cancellationToken) => Task.FromResult(arguments.Store);

    public Task<JobResult> RunAsync(Args arguments, RunContext context, CancellationToken cancellationToken) => script.RunAsync(context, cancellationToken);

    internal sealed record Args(string Name, int? Store = null);
}

internal sealed class ExclusiveJob(Script script) : IJob<ExclusiveJob.Args>, IRemembersSuccess<ExclusiveJob.Args>
{
    public static string Kind => "Exclusive";

    public static StoreNeed StoreNeed => StoreNeed.Exclusive;

    public Task<int?> FindStoreAsync(Args arguments, CancellationToken cancellationToken) => Task.FromResult<int?>(arguments.Store);

    public Task<JobResult> RunAsync(Args arguments, RunContext context, CancellationToken cancellationToken) => script.RunAsync(context, cancellationToken);

    public Task<bool> HasEverWorkedAsync(Args arguments, CancellationToken cancellationToken) => Task.FromResult(script.HasWorked);

    internal sealed record Args(string Name, int Store);
}
