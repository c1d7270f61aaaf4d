using System.Globalization;
using ArchiveJobs.Scheduling.Schedules;

namespace ArchiveJobs.Dashboard.Text;

/// <summary>When a schedule runs, in words. Nothing is rounded; an expression that is beyond plain words is shown as it is.</summary>
internal static class ScheduleWords
{
    private const int MostTimes = 6;

    public static string When(Words t, ScheduleView schedule) => When(t, schedule.Cron, schedule.Every, schedule.After);

    public static string When(Words t, string? cron, TimeSpan? every, string? after) => (cron, every, after) switch
    {
        ({ } expression, _, _) => OfCron(t, expression) ?? t.Of("rule.cron", expression),
        (_, { } interval, _) => t.Of("rule.every", Exact(t, interval)),
        _ => t.Of("rule.after", after),
    };

    /// <summary>All its units: 1 h 1 min 1 s.</summary>
    public static string Exact(Words t, TimeSpan span)
    {
        (long Amount, string Unit)[] units = [(span.Days, "d"), (span.Hours, "h"), (span.Minutes, "min"), (span.Seconds, "s")];
        var shown = units.Where(unit => unit.Amount > 0).Select(unit => t.Of("span." + unit.Unit, unit.Amount)).ToList();
        return shown.Count == 0 ? t.Of("span.s", 0) : string.Join(Words.IsJapanese ? "" : " ", shown);
    }

    /// <summary>Null when there are no plain words for it.</summary>
    public static string? OfCron(Words t, string expression)
    {
        var fields = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length != 5
            || CronField.Read(fields[0], 0, 59, []) is not { } minutes
            || CronField.Read(fields[1], 0, 23, []) is not { } hours
            || CronField.Read(fields[2], 1, 31, []) is not { } days
            || CronField.Read(fields[3], 1, 12, CronField.Months) is not { } months
            || CronField.Read(fields[4], 0, 7, CronField.Weekdays) is not { } weekdays)
        {
            return null;
        }

        if (TimeOf(t, minutes, hours) is not { } time || DayOf(t, days, new CronField([.. weekdays.Values.Select(day => day % 7).Distinct().Order()], 0, 6)) is not { } day)
        {
            return null;
        }

        var isEachDay = day.Length == 0;
        var text = isEachDay ? time.IsAt ? t.Of("rule.daily", time.Text) : time.Text : t.Of(time.IsAt ? "rule.on-at" : "rule.on", day, time.Text);
        return months.IsAll ? text : t.Of("rule.months", text, List(t, months.Values.Select(month => t["rule.month-" + month.ToString(CultureInfo.InvariantCulture)])));
    }

    /// <returns>Whether it is single times of the day, which want a day before them.</returns>
    private static (string Text, bool IsAt)? TimeOf(Words t, CronField minutes, CronField hours)
    {
        if (hours.IsAll)
        {
            return minutes.IsAll ? (t["rule.each-minute"], false)
                : minutes.Values.Count == 1 ? (t.Of("rule.each-hour", Two(minutes.Values[0])), false)
                : minutes is { Step: { } step, IsWhole: true } && minutes.Values[0] == 0 ? (t.Of("rule.every", Exact(t, TimeSpan.FromMinutes(step))), false)
                : null;
        }

        if (minutes.Values.Count == 1 && hours.Values.Count > 2 && hours.Step is { } hourly)
        {
            var (first, last) = (Clock(hours.Values[0], minutes.Values[0]), Clock(hours.Values[^1], minutes.Values[0]));
            var every = Exact(t, TimeSpan.FromHours(hourly));
            return hours.IsWhole ? (t.Of("rule.every-from", every, first), false) : (t.Of("rule.every-between", every, first, last), false);
        }

        if (minutes is { Step: { } spacing, IsWhole: true } && hours.Step is 1 or null && hours.IsRange)
        {
            return (t.Of("rule.every-between", Exact(t, TimeSpan.FromMinutes(minutes.IsAll ? 1 : spacing)), Clock(hours.Values[0], minutes.Values[0]), Clock(hours.Values[^1], minutes.Values[^1])), false);
        }

        return minutes.Values.Count * hours.Values.Count <= MostTimes
            ? (List(t, hours.Values.SelectMany(hour => minutes.Values.Select(minute => Clock(hour, minute)))), true)
            : null;
    }

    /// <returns>Empty for every day; null when there are no plain words.</returns>
    private static string? DayOf(Words t, CronField days, CronField weekdays)
    {
        if (days.IsAll && weekdays.IsAll)
        {
            return "";
        }

        if (days.IsAll)
        {
            return weekdays is { IsRange: true, Values.Count: > 2 }
                ? t.Of("rule.days-range", Name(weekdays.Values[0]), Name(weekdays.Values[^1]))
                : List(t, weekdays.Values.Select(Name));
        }

        return weekdays.IsAll ? t.Of("rule.days-month", List(t, days.Values.Select(day => t.Of("rule.day", day)))) : null;

        string Name(int day) => t["rule.weekday-" + day.ToString(CultureInfo.InvariantCulture)];
    }

    private static string List(Words t, IEnumerable<string> parts) => string.Join(t["rule.comma"] + (Words.IsJapanese ? "" : " "), parts);

    private static string Clock(int hour, int minute) => $"{Two(hour)}:{Two(minute)}";

    private static string Two(int number) => number.ToString("00", CultureInfo.InvariantCulture);
}

/// <summary>The numbers that one field of a cron expression names, ascending, at least one.</summary>
internal sealed record CronField(IReadOnlyList<int> Values, int Least, int Most)
{
    public static readonly string[] Months = ["", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    public static readonly string[] Weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

    public bool IsAll => Values.Count == Most - Least + 1;

    /// <summary>The same distance from each to the next; null when it differs or there is one only.</summary>
    public int? Step => Values.Count > 1 && Values.Zip(Values.Skip(1), (one, next) => next - one).Distinct().ToList() is [var step] ? step : null;

    public bool IsRange => Values[^1] - Values[0] == Values.Count - 1;

    /// <summary>The same distance also over the end of the hour or the day.</summary>
    public bool IsWhole => Step is { } step && Values.Count * step == Most - Least + 1;

    /// <summary>Null for what is not a plain list of numbers, ranges and steps.</summary>
    public static CronField? Read(string text, int least, int most, string[] names)
    {
        var values = new SortedSet<int>();
        foreach (var part in text.Split(','))
        {
            var (range, step) = part.Split('/') switch
            {
                [var all] => (all, (int?)null),
                [var from, var every] when int.TryParse(every, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 => (from, number),
                _ => ("", null),
            };
            var (first, last) = range is "*" or "?" ? (least, names == Weekdays ? 6 : most) : range.Split('-') switch
            {
                [var one] => (Number(one, names), step is null ? Number(one, names) : most),
                [var from, var to] => (Number(from, names), Number(to, names)),
                _ => (-1, -1),
            };
            if (first < least || last > most || last < first)
            {
                return null;
            }

            for (var value = first; value <= last; value += step ?? 1)
            {
                values.Add(value);
            }
        }

        return new CronField([.. values], least, most);
    }

    private static int Number(string text, string[] names) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : Array.FindIndex(names, name => name.Length > 0 && string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var at ? at
        : -1;
}
