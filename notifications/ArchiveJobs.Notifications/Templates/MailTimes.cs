using System.Globalization;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>Times in the reader's zone, 24 hours; whoever is far away needs the offset, so most forms have it.</summary>
internal sealed class MailTimes(bool isJapanese, TimeZoneInfo zone)
{
    private static readonly string[] JapaneseDays = ["日", "月", "火", "水", "木", "金", "土"];

    /// <param name="form">when, on, date, day, month-day, noted, listed, short, inline or clock.</param>
    /// <returns>Null for another form.</returns>
    public string? Format(DateTimeOffset instant, string form)
    {
        var local = TimeZoneInfo.ConvertTime(instant, zone);
        var zoned = isJapanese ? $"（{Offset(instant)}）" : $" ({Offset(instant)})";
        return (form, isJapanese) switch
        {
            ("when", false) => Text(local, "ddd, MMM d, yyyy, HH:mm") + zoned,
            ("on", false) => Text(local, "ddd, MMM d, yyyy, 'at' HH:mm") + zoned,
            ("when" or "on", true) => Text(local, "yyyy'年'M'月'd'日'") + Day(local) + Text(local, "HH:mm") + zoned,
            ("listed", false) => Text(local, "MMM d, yyyy, HH:mm") + zoned,
            ("listed", true) => Text(local, "yyyy'年'M'月'd'日' HH:mm") + zoned,
            ("date", false) => Text(local, "MMM d, yyyy"),
            ("date", true) => Text(local, "yyyy'年'M'月'd'日'"),
            ("day", false) => Text(local, "ddd, MMM d"),
            ("day", true) => Text(local, "M'月'd'日'") + Day(local),
            ("month-day", false) => Text(local, "MMM d"),
            ("month-day", true) => Text(local, "M'月'd'日'"),
            ("short", false) => Text(local, "MMM d, HH:mm") + zoned,
            ("inline", false) => Text(local, "MMM d, HH:mm ") + Offset(instant),
            ("noted", false) => Text(local, "MMM d, HH:mm"),
            ("short" or "inline" or "noted", true) => Text(local, "M'月'd'日' HH:mm"),
            ("clock", _) => Text(local, "HH:mm"),
            _ => null,
        };
    }

    /// <summary>For example UTC+9, UTC-3:30, UTC: letters of zones mean several things.</summary>
    public string Offset(DateTimeOffset instant)
    {
        var offset = zone.GetUtcOffset(instant);
        var plain = offset.Duration();
        var minutes = plain.Minutes == 0 ? "" : plain.ToString(@"\:mm", CultureInfo.InvariantCulture);
        return offset == TimeSpan.Zero ? "UTC" : $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{(int)plain.TotalHours}{minutes}";
    }

    public static string Utc(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset local, string format) => local.ToString(format, CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset local) => $"（{JapaneseDays[(int)local.DayOfWeek]}）";
}
