using System.Globalization;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>A span of time as a form has it: a number and its unit. It is never rounded: what is no whole number of seconds cannot be read.</summary>
public sealed class SpanText
{
    public static readonly string[] Units = ["s", "min", "h", "d"];

    private SpanText(string number, string unit)
    {
        Number = number;
        Unit = unit;
    }

    public string Number { get; set; }

    public string Unit { get; set; }

    /// <summary>In the largest unit that divides it.</summary>
    public static SpanText Of(TimeSpan span)
    {
        var unit = Array.FindLast(Units, one => span.Ticks % TicksOf(one) == 0) ?? "s";
        return new SpanText((span.Ticks / TicksOf(unit)).ToString(CultureInfo.InvariantCulture), span == TimeSpan.Zero ? "min" : unit);
    }

    /// <summary>Null when it is no span of whole seconds.</summary>
    public TimeSpan? Read()
    {
        if (!decimal.TryParse(Number.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 100_000_000)
        {
            return null;
        }

        var ticks = number * TicksOf(Unit);
        return ticks % TimeSpan.TicksPerSecond == 0 ? TimeSpan.FromTicks((long)ticks) : null;
    }

    private static long TicksOf(string unit) => unit switch
    {
        "min" => TimeSpan.TicksPerMinute,
        "h" => TimeSpan.TicksPerHour,
        "d" => TimeSpan.TicksPerDay,
        _ => TimeSpan.TicksPerSecond,
    };
}
