using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Schedules;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>Remembers what was asked for and by whom; does nothing.</summary>
internal sealed class RecordingSchedules : IScheduleService
{
    public List<string> Asked { get; } = [];

    public Task<ScheduleView> AddAsync(ScheduleSpec spec, string by, CancellationToken cancellationToken) => NoteAsync<ScheduleView>($"add {spec.Name} {spec.Cron} by {by}");

    public Task<ScheduleView> SetAsync(string name, ScheduleChange change, string by, CancellationToken cancellationToken) => NoteAsync<ScheduleView>($"set {name} to {change.Name} {change.Cron} by {by}");

    public Task RemoveAsync(string name, string by, CancellationToken cancellationToken) => NoteAsync<ScheduleView>($"remove {name} by {by}");

    public Task<ScheduleView> PauseAsync(string name, DateTimeOffset? until, string by, CancellationToken cancellationToken) => NoteAsync<ScheduleView>($"pause {name} by {by}");

    public Task<ScheduleView> ResumeAsync(string name, string by, CancellationToken cancellationToken) => NoteAsync<ScheduleView>($"resume {name} by {by}");

    public Task<ScheduleView> SkipNextAsync(string name, string by, CancellationToken cancellationToken) => NoteAsync<ScheduleView>($"skip {name} by {by}");

    public Task<QueuedRun> TriggerAsync(int id, string by, CancellationToken cancellationToken) => NoteAsync<QueuedRun>($"trigger {id} by {by}");

    public Task<QueuedRun> TriggerAsync(string name, string by, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<ScheduleView> GetAsync(string name, CancellationToken cancellationToken) => Task.FromResult(new ScheduleView(
        1, name, "CheckStorage", "{}", "0 1 * * *", null, null, "UTC", true, null, false, CatchUpRule.Last, 1, OverlapRule.Skip, TimeSpan.Zero, TimeSpan.Zero,
        null, [], null, null, DateTimeOffset.UnixEpoch, "mori"));

    public Task<IReadOnlyList<DateTimeOffset>> NextAsync(string name, int count, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IReadOnlyList<DateTimeOffset> Preview(string? cron, TimeSpan? every, string? zone, int count) => throw new NotSupportedException();

    public Task<IReadOnlyList<ScheduleEventView>> ListEventsAsync(int? scheduleId, long afterId, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

    private Task<T> NoteAsync<T>(string what)
    {
        Asked.Add(what);
        return Task.FromResult<T>(default!);
    }
}
