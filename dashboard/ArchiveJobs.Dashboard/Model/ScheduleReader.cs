using ArchiveJobs.Scheduling.Schedules;

namespace ArchiveJobs.Dashboard.Model;

/// <param name="Slots">The next ones that count; none for a chain, and while it is switched off.</param>
/// <param name="Trouble">Why they cannot be told, for example a zone this host does not know.</param>
internal sealed record ListedSchedule(ScheduleView View, IReadOnlyList<DateTimeOffset> Slots, string? Trouble);

/// <summary>Schedules for people.</summary>
internal sealed class ScheduleReader(IScheduleService schedules, TimeProvider time)
{
    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<ListedSchedule>> ListAsync(int slots, CancellationToken cancellationToken)
    {
        var listed = new List<ListedSchedule>();
        foreach (var view in await schedules.ListAsync(cancellationToken))
        {
            listed.Add(await ReadAsync(view, slots, cancellationToken));
        }

        return listed;
    }

    /// <summary>What comes next, soonest first; each schedule once.</summary>
    public async Task<IReadOnlyList<ScheduleView>> UpcomingAsync(int count, CancellationToken cancellationToken) =>
        [.. (await schedules.ListAsync(cancellationToken)).Where(view => view.Next is not null).OrderBy(view => view.Next).Take(count)];

    public async Task<ScheduleView?> FindAsync(int id, CancellationToken cancellationToken) =>
        (await schedules.ListAsync(cancellationToken)).FirstOrDefault(view => view.Id == id);

    public Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken) => schedules.ListAsync(cancellationToken);

    private async Task<ListedSchedule> ReadAsync(ScheduleView view, int slots, CancellationToken cancellationToken)
    {
        if (!view.IsEnabled || view.After is not null)
        {
            return new ListedSchedule(view, [], null);
        }

        try
        {
            var isPlain = !view.SkipNext && !(view.PausedUntil > time.GetUtcNow());
            return new ListedSchedule(
                view, isPlain ? schedules.Preview(view.Cron, view.Every, view.Zone, slots) : await schedules.NextAsync(view.Name, slots, cancellationToken), null);
        }
        catch (ScheduleException e)
        {
            return new ListedSchedule(view, [], e.Message);
        }
    }
}
