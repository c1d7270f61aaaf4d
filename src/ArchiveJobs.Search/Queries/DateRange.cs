using System.Globalization;

namespace ArchiveJobs.Search.Queries;

/// <summary>after:, before: and date: with a day (2026-01-31), a month (2026-01) or a year (2026); date: also with two of them (2026-01..2026-03).</summary>
internal static class DateRange
{
    /// <summary>after: begins with that day, month or year; before: ends before it.</summary>
    public static DateNode Read(string field, QueryToken value)
    {
        if (field == "date" && value.Text.Split("..") is [var from, var to])
        {
            return Ordered(new DateNode(
                from.Length == 0 ? null : Span(from, value.Position).First,
                to.Length == 0 ? null : Span(to, value.Position).Last), value);
        }

        var (first, last) = Span(value.Text, value.Position);
        return field switch
        {
            "after" => new DateNode(first, null),
            "before" => new DateNode(null, first.DayNumber == 0 ? first : first.AddDays(-1)),
            _ => new DateNode(first, last),
        };
    }

    private static DateNode Ordered(DateNode node, QueryToken value) => node switch
    {
        { First: null, Last: null } => throw NotADate(value.Text, value.Position),
        { First: { } first, Last: { } last } when first > last => throw QueryException.Refuse($"\"{value.Text}\" ends before it begins", value.Position),
        _ => node,
    };

    private static (DateOnly First, DateOnly Last) Span(string text, int position)
    {
        text = text.Replace('/', '-').Normalize(System.Text.NormalizationForm.FormKC);
        if (TryRead(text, ["yyyy-MM-dd", "yyyy-M-d"], out var day))
        {
            return (day, day);
        }

        if (TryRead(text, ["yyyy-MM", "yyyy-M"], out var month))
        {
            return (month, month.AddMonths(1).AddDays(-1));
        }

        return TryRead(text, ["yyyy"], out var year) ? (year, new DateOnly(year.Year, 12, 31)) : throw NotADate(text, position);
    }

    // The last day of 9999 would not survive the arithmetic of months and zones.
    private static bool TryRead(string text, string[] formats, out DateOnly day) =>
        DateOnly.TryParseExact(text, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && day.Year is >= 2 and <= 9000;

    private static Core.ArchiveException NotADate(string text, int position) =>
        QueryException.Refuse($"\"{text}\" is not a date like 2026-01-31, 2026-01 or 2026", position);
}
