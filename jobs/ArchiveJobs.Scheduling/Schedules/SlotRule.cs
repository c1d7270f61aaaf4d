using System.Globalization;
using ArchiveJobs.Master;
using Cronos;

namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>Where the slots of a schedule lie in time; docs/schedules.md, "Where slots come from". Immutable.</summary>
internal abstract class SlotRule
{
    /// <summary>Null for a chain, whose slots are the ends of other runs.</summary>
    /// <exception cref="ScheduleException">The row holds what this host cannot read, for example a zone its time zone database does not have.</exception>
    public static SlotRule? Of(Schedule schedule) => schedule switch
    {
        { Cron: { } cron } => new CronSlots(CronText.Parse(cron), ZoneName.Find(schedule.Zone)),
        { EverySeconds: { } seconds } => new IntervalSlots(TimeSpan.FromSeconds(seconds)),
        _ => null,
    };

    /// <summary>The first slot later than that instant; null when there is none.</summary>
    public abstract DateTimeOffset? After(DateTimeOffset instant);

    /// <summary>Slots in (after, upTo], oldest first. Lazy: a minute schedule has half a million a year.</summary>
    public abstract IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset upTo);

    /// <summary>The newest slots in (after, upTo], at most <paramref name="count"/>, oldest first. Its cost does not grow with the length of the span.</summary>
    public IReadOnlyList<DateTimeOffset> Newest(DateTimeOffset after, DateTimeOffset upTo, int count)
    {
        for (var window = TimeSpan.FromMinutes(count); ; window *= 2)
        {
            var isAll = upTo - after <= window;
            var slots = Between(isAll ? after : upTo - window, upTo).ToList();
            if (isAll || slots.Count >= count)
            {
                return slots.Count <= count ? slots : slots.GetRange(slots.Count - count, count);
            }
        }
    }
}

internal sealed class CronSlots(CronExpression cron, TimeZoneInfo zone) : SlotRule
{
    public override DateTimeOffset? After(DateTimeOffset instant) =>
        cron.GetNextOccurrence(instant.UtcDateTime, zone) is { } next ? new DateTimeOffset(next, TimeSpan.Zero) : null;

    public override IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset upTo) => upTo <= after
        ? []
        : cron.GetOccurrences(after.UtcDateTime, upTo.UtcDateTime, zone, fromInclusive: false, toInclusive: true)
            .Select(slot => new DateTimeOffset(slot, TimeSpan.Zero));
}

/// <summary>Multiples of the interval since 1970: they do not depend on when the schedule was made or a host was started.</summary>
internal sealed class IntervalSlots(TimeSpan every) : SlotRule
{
    public override DateTimeOffset? After(DateTimeOffset instant)
    {
        var since = instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return DateTimeOffset.UnixEpoch.AddTicks(((since / every.Ticks) + 1) * every.Ticks);
    }

    public override IEnumerable<DateTimeOffset> Between(DateTimeOffset after, DateTimeOffset upTo)
    {
        for (var slot = After(after)!.Value; slot <= upTo; slot += every)
        {
            yield return slot;
        }
    }
}

internal static class CronText
{
    /// <exception cref="ScheduleException">Not five readable fields.</exception>
    public static CronExpression Parse(string cron)
    {
        const string Hint = "Five fields are needed: minute hour day month weekday, for example \"0 2 * * *\" for every day at 02:00.";
        if (cron.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length != 5)
        {
            throw new ScheduleException($"The cron expression \"{cron}\" cannot be read. {Hint}");
        }

        try
        {
            return CronExpression.Parse(cron, CronFormat.Standard);
        }
        catch (CronFormatException e)
        {
            throw new ScheduleException($"The cron expression \"{cron}\" cannot be read: {e.Message.TrimEnd('.')}. {Hint}", e);
        }
    }

    /// <summary>The interval as cron in UTC when it has an exact one: it divides the hour, or the day in whole hours.</summary>
    public static string? OfInterval(TimeSpan every) => every switch
    {
        { TotalMinutes: 1 } => "* * * * *",
        { TotalMinutes: < 60 } when every.Ticks % TimeSpan.TicksPerMinute == 0 && 60 % every.Minutes == 0 => string.Create(CultureInfo.InvariantCulture, $"*/{every.Minutes} * * * *"),
        { TotalHours: 1 } => "0 * * * *",
        { TotalHours: < 24 } when every.Ticks % TimeSpan.TicksPerHour == 0 && 24 % every.Hours == 0 => string.Create(CultureInfo.InvariantCulture, $"0 */{every.Hours} * * *"),
        { TotalHours: 24 } => "0 0 * * *",
        _ => null,
    };
}

internal static class ZoneName
{
    /// <exception cref="ScheduleException">This host does not know it.</exception>
    public static TimeZoneInfo Find(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone)
        ? zone
        : throw new ScheduleException($"The time zone \"{id}\" is not known. An IANA name is needed, for example Asia/Tokyo, Europe/Berlin or UTC.");

    /// <summary>The IANA name as it is written in the zone database.</summary>
    /// <exception cref="ScheduleException">Not an IANA name. A Windows name is answered with its IANA name.</exception>
    public static string Check(string id)
    {
        var zone = Find(id);
        return zone.HasIanaId
            ? zone.Id
            : throw new ScheduleException(TimeZoneInfo.TryConvertWindowsIdToIanaId(id, out var iana)
                ? $"\"{id}\" is a Windows name of a time zone. Use its IANA name: {iana}."
                : $"\"{id}\" is not an IANA time zone. An IANA name is needed, for example Asia/Tokyo, Europe/Berlin or UTC.");
    }

    /// <summary>The zone of this host when it has an IANA name, else UTC.</summary>
    public static string Local(TimeProvider time)
    {
        var zone = time.LocalTimeZone;
        return zone.HasIanaId && TimeZoneInfo.TryFindSystemTimeZoneById(zone.Id, out _) ? zone.Id
            : TimeZoneInfo.TryConvertWindowsIdToIanaId(zone.Id, out var iana) ? iana
            : "UTC";
    }
}
