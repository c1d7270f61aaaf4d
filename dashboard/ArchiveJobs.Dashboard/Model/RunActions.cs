using System.Text.Json;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>The buttons about runs. Each asks the guard first, whatever the page shows.</summary>
internal sealed class RunActions(Guard guard, IRunService runs, JobRegistry registry)
{
    /// <summary>A kind that this version does not have gets no button.</summary>
    public bool Has(string kind) => registry.Find(kind) is not null;

    public Task<QueuedRun> RunProfileAsync(string name, CancellationToken cancellationToken) => StartAsync("RunProfile", new { name }, cancellationToken);

    /// <summary>Starts a kind of operation on one store.</summary>
    public Task<QueuedRun> OnStoreAsync(string kind, int store, CancellationToken cancellationToken) => StartAsync(kind, new { id = store }, cancellationToken);

    public async Task<QueuedRun> StartAsync(string kind, object arguments, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Operate, cancellationToken);
        return await runs.EnqueueAsync(kind, JsonSerializer.Serialize(arguments), RunTrigger.Manual, person.Name, cancellationToken);
    }

    public async Task<CancelOutcome> CancelAsync(long run, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Operate, cancellationToken);
        return await runs.CancelAsync(run, person.Name, cancellationToken);
    }

    public async Task<QueuedRun?> RetryAsync(long run, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Operate, cancellationToken);
        return await runs.RetryAsync(run, person.Name, cancellationToken);
    }

    /// <summary>Retries all of these; those that are running already are left alone.</summary>
    /// <returns>How many were retried.</returns>
    public async Task<int> RetryAllAsync(IEnumerable<long> ids, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Operate, cancellationToken);
        var retried = 0;
        foreach (var id in ids)
        {
            retried += await runs.RetryAsync(id, person.Name, cancellationToken) is null ? 0 : 1;
        }

        return retried;
    }
}
