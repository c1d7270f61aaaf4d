using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.EntityFrameworkCore;
using System.Text.Json;

namespace ArchiveJobs.Dashboard.Model;

/// <param name="Refused">Mailboxes whose password is not accepted.</param>
/// <param name="Last">The latest run of it by its name alone.</param>
/// <param name="Days">The worst state of each of the last 14 days, oldest first; null when nothing ran.</param>
internal sealed record ListedProfile(Profile Profile, int Mailboxes, int Refused, RunSummary? Last, IReadOnlyList<RunState?> Days);

/// <param name="Accounts">In the order they were added.</param>
internal sealed record OpenedProfile(Profile Profile, IReadOnlyList<ProfileMailbox> Accounts, IReadOnlyDictionary<int, string> Owners);

/// <summary>Profiles for people.</summary>
internal sealed class ProfileReader(IDbContextFactory<MasterContext> contexts, IRunService runs, TimeProvider time)
{
    public const int PageSize = 50;
    private const int Days = 14;
    private const int RunsLookedAt = 500;

    /// <summary>By name, one page after <paramref name="after"/>.</summary>
    public async Task<IReadOnlyList<ListedProfile>> ListAsync(string? text, string? after, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var profiles = db.Profiles.AsNoTracking();
        profiles = string.IsNullOrWhiteSpace(text) ? profiles : profiles.Where(profile => profile.Name.Contains(text) || profile.SettingsJson.Contains(text));
#pragma warning disable CA1309 // Translated to SQL: the collation of the database decides.
        profiles = after is null ? profiles : profiles.Where(profile => string.Compare(profile.Name, after) > 0);
#pragma warning restore CA1309
        var page = await profiles.OrderBy(profile => profile.Name).Take(PageSize).ToListAsync(cancellationToken);
        var ids = page.ConvertAll(profile => profile.Id);
        var counts = await db.ProfileMailboxes.Where(mailbox => ids.Contains(mailbox.ProfileId)).GroupBy(mailbox => mailbox.ProfileId)
            .Select(group => new { group.Key, All = group.Count(), Refused = group.Count(mailbox => mailbox.CircuitOpenSince != null) })
            .ToDictionaryAsync(group => group.Key, cancellationToken);
        var listed = new List<ListedProfile>(page.Count);
        foreach (var profile in page)
        {
            var history = await HistoryAsync(profile.Name, cancellationToken);
            var count = counts.GetValueOrDefault(profile.Id);
            listed.Add(new ListedProfile(profile, count?.All ?? 0, count?.Refused ?? 0, history.Count > 0 ? history[0] : null, DaysOf(history)));
        }

        return listed;
    }

    /// <summary>By name, at most 1,000.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Profiles.AsNoTracking().OrderBy(profile => profile.Name).Select(profile => profile.Name).Take(1000).ToListAsync(cancellationToken);
    }

    public async Task<OpenedProfile?> OpenAsync(int id, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Profiles.AsNoTracking().FirstOrDefaultAsync(profile => profile.Id == id, cancellationToken) is not { } profile)
        {
            return null;
        }

        var accounts = await db.ProfileMailboxes.AsNoTracking().Where(mailbox => mailbox.ProfileId == id).OrderBy(mailbox => mailbox.Id).ToListAsync(cancellationToken);
        var owners = accounts.ConvertAll(account => account.UserId);
        return new OpenedProfile(profile, accounts, await db.Users.AsNoTracking().Where(user => owners.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.Name, cancellationToken));
    }

    private Task<IReadOnlyList<RunSummary>> HistoryAsync(string name, CancellationToken cancellationToken) =>
        runs.ListAsync(new RunFilter { Kind = "RunProfile", ArgumentsJson = JsonSerializer.Serialize(new { name }) }, null, RunsLookedAt, cancellationToken);

    private RunState?[] DaysOf(IReadOnlyList<RunSummary> history)
    {
        var days = new RunState?[Days];
        var today = time.GetLocalNow().Date;
        foreach (var run in history.Where(run => run.EndedAt is not null && run.State != RunState.Skipped))
        {
            var age = (today - TimeZoneInfo.ConvertTime(run.EndedAt!.Value, time.LocalTimeZone).Date).Days;
            if (age < Days && Badness(run.State) > Badness(days[Days - 1 - age]))
            {
                days[Days - 1 - age] = run.State;
            }
        }

        return days;
    }

    private static int Badness(RunState? state) => state switch
    {
        null => 0,
        RunState.Cancelled => 1,
        RunState.Succeeded => 2,
        RunState.CompletedWithWarnings => 3,
        RunState.CompletedWithErrors => 4,
        _ => 5,
    };
}
