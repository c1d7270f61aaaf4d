using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>Is told what happens to schedules in this process, after it is in the database. Register any number. What must not be missed after a crash is read from <c>ScheduleEvents</c>.</summary>
public interface IScheduleObserver
{
    /// <summary>Must return at once and must not throw.</summary>
    void OnEvent(ScheduleEventView update);
}

/// <param name="Id">Rises with time; 0 for <see cref="ScheduleEventKind.Removed"/>, which is not kept.</param>
/// <param name="SlotAt">The slot it is about; null when it is about none.</param>
/// <param name="RunId">The row of missed slots, or the good run that ended the overdue state; null when there is none.</param>
/// <param name="Actor">Null when the host did it.</param>
/// <param name="Situation">For people; null when there is nothing to say.</param>
public sealed record ScheduleEventView(
    long Id, int ScheduleId, string ScheduleName, DateTimeOffset At, ScheduleEventKind Kind, DateTimeOffset? SlotAt, long? RunId, string? Actor, string Text, Situation? Situation);

/// <summary>All observers as one.</summary>
internal sealed class ScheduleObservers(IEnumerable<IScheduleObserver> observers)
{
    private readonly IScheduleObserver[] _observers = observers.ToArray();

    public void Tell(Schedule schedule, IEnumerable<ScheduleEvent> events)
    {
        foreach (var update in events.Select(entry => View(entry, schedule.Name)))
        {
            foreach (var observer in _observers)
            {
                observer.OnEvent(update);
            }
        }
    }

    public static ScheduleEventView View(ScheduleEvent entry, string name) => new(
        entry.Id, entry.ScheduleId, name, entry.At, entry.Kind, entry.SlotAt, entry.RunId, entry.Actor, entry.Text,
        entry.SituationJson is { } json ? SituationJson.Read(json) : null);
}
