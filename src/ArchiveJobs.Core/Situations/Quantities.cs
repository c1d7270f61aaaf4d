using System.Globalization;

namespace ArchiveJobs.Core.Situations;

/// <summary>Numbers with their units, as sentences write them.</summary>
public static class Quantities
{
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>GB is 10^9 bytes; one decimal under 100, none from there on.</summary>
    public static string Size(long bytes) => Size(bytes, largest: 999.95);

    /// <summary>0.4 GB rather than 400 MB: totals are compared with disks.</summary>
    public static string Volume(long bytes) => Size(bytes, largest: 99.95);

    private static string Size(long bytes, double largest)
    {
        if (bytes < 1000)
        {
            return bytes.ToString(CultureInfo.InvariantCulture) + " bytes";
        }

        string[] units = ["KB", "MB", "GB", "TB"];
        var unit = 0;
        var amount = bytes / 1000.0;
        for (; amount >= largest && unit < units.Length - 1; unit++)
        {
            amount /= 1000;
        }

        return amount.ToString(amount < 99.95 ? "0.#" : "#,0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    /// <summary>Two units at most; units that are zero are left out.</summary>
    public static string Span(TimeSpan span, bool isJapanese)
    {
        (long Amount, string En, string Ja)[] units =
        [
            (span.Days, span.Days == 1 ? " day" : " days", "日"), (span.Hours, " h", "時間"), (span.Minutes, " min", "分"), (span.Seconds, " s", "秒"),
        ];
        var first = Array.FindIndex(units, unit => unit.Amount > 0);
        if (first < 0)
        {
            return isJapanese ? "0秒" : "0 s";
        }

        var shown = units.Skip(first).Take(2).Where(unit => unit.Amount > 0);
        return isJapanese
            ? string.Concat(shown.Select(unit => unit.Amount.ToString(CultureInfo.InvariantCulture) + unit.Ja))
            : string.Join(' ', shown.Select(unit => unit.Amount.ToString(CultureInfo.InvariantCulture) + unit.En));
    }
}
