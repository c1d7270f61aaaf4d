using System.Text.Json;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Jobs;

/// <summary>Makes catalog and users of a store anew from its segments.</summary>
public sealed class RecoverStoreJob(StoreDirectory directory, IArchiveStores stores, IStoreSearch search, IDbContextFactory<MasterContext> master, TimeProvider time)
    : IJob<RecoverStoreJob.Arguments>
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <param name="Id">Of the store.</param>
    public sealed record Arguments(int Id);

    public static string Kind => "RecoverStore";

    public static StoreNeed StoreNeed => StoreNeed.Exclusive;

    public async Task<int?> FindStoreAsync(Arguments arguments, CancellationToken cancellationToken) =>
        (await directory.GetAsync(arguments.Id, cancellationToken)).Id;

    public async Task<JobResult> RunAsync(Arguments arguments, RunContext context, CancellationToken cancellationToken)
    {
        var location = await directory.GetAsync(arguments.Id, cancellationToken);
        await search.CloseAsync(location, cancellationToken);
        var report = await stores.RecoverAsync(location, context, cancellationToken);
        var created = await CreateUsersAsync(report.Mailboxes, cancellationToken);
        var isWhole = report.Unreadable.Count == 0 && report.Damages.Count == 0;
        var json = JsonSerializer.Serialize(
            new
            {
                commits = report.Commits,
                messages = report.Messages,
                placements = report.Placements,
                mailboxes = report.Mailboxes.Count,
                usersCreated = created,
                unreadable = report.Unreadable.Select(message => new { sha256 = message.Id.ToString(), reason = message.Reason }),
                damages = report.Damages.Select(damage => new { file = damage.File, offset = damage.Offset, what = damage.What }),
            },
            Json);
        return isWhole
            ? new JobResult(JobOutcome.Succeeded, json, [])
            : new JobResult(JobOutcome.CompletedWithErrors, json, [
                new Situation(SituationKeys.StoreDamaged, ErrorClass.StoreCorrupt)
                    .With("s", location.Name).With("n", report.Unreadable.Count).With("m", report.Messages - report.Unreadable.Count)]);
    }

    /// <summary>Owners that the master database does not know: they get no login.</summary>
    private async Task<int> CreateUsersAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var known = (await context.Set<User>().Select(user => user.NameKey).ToListAsync(cancellationToken)).ToHashSet();
        var missing = names.Where(name => known.Add(User.KeyOf(name))).ToList();
        context.Set<User>().AddRange(missing.Select(name => User.Named(name, time.GetUtcNow())));
        await context.SaveChangesAsync(cancellationToken);
        return missing.Count;
    }
}
