using System.Text.Json;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Jobs;

/// <summary>Builds the search index of a store anew; search goes on with the old one meanwhile.</summary>
public sealed class RebuildStoreIndexJob(StoreDirectory directory, IArchiveStores stores, IStoreSearch search) : IJob<RebuildStoreIndexJob.Arguments>
{
    /// <param name="Id">Of the store.</param>
    public sealed record Arguments(int Id);

    public static string Kind => "RebuildStoreIndex";

    public static StoreNeed StoreNeed => StoreNeed.Shared;

    public async Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) =>
        (await directory.GetAsync(arguments.Id, cancellationToken)).Id;

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var store = await stores.OpenAsync(await directory.GetAsync(arguments.Id, cancellationToken), cancellationToken);
        var coverage = await search.RebuildAsync(store, context, cancellationToken);
        var json = JsonSerializer.Serialize(new { documents = coverage.Documents, indexedCommit = coverage.IndexedCommit, headCommit = coverage.HeadCommit });
        return new JobResult(JobOutcome.Succeeded, json, []);
    }
}
