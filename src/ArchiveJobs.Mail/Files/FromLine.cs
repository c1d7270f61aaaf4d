using System.Globalization;
using System.Text;

namespace ArchiveJobs.Mail.Files;

/// <summary>The line before each message of an mbox file: From sender Tue Nov 24 09:15:00 2026 (RFC 4155, appendix A).</summary>
internal static class FromLine
{
    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    /// <summary>The date in the line: a month, a day, a time and a year in this order, with an optional zone before or behind the year; null when there is none.</summary>
    public static DateTimeOffset? Date(ReadOnlySpan<byte> line)
    {
        var words = Encoding.Latin1.GetString(line).Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 1; i + 3 < words.Length; i++)
        {
            var month = Array.FindIndex(Months, name => name.Equals(words[i], StringComparison.OrdinalIgnoreCase)) + 1;
            if (month > 0 && int.TryParse(words[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var day) && Time(words[i + 2]) is { } time)
            {
                return At(month, day, time, words[(i + 3)..]);
            }
        }

        return null;
    }

    private static DateTimeOffset? At(int month, int day, TimeSpan time, string[] rest)
    {
        var zone = TimeSpan.Zero;
        var year = 0;
        foreach (var word in rest.Take(3))
        {
            if (word.Length == 4 && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1970 and < 10000)
            {
                year = number;
            }
            else if (word is ['+' or '-', _, _, _, _] && int.TryParse(word, CultureInfo.InvariantCulture, out var offset) && Math.Abs(offset) <= 1400 && offset % 100 is > -60 and < 60)
            {
                zone = new TimeSpan(offset / 100, offset % 100, 0);
            }
        }

        return year > 0 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            ? new DateTimeOffset(year, month, day, 0, 0, 0, zone).Add(time)
            : null;
    }

    private static TimeSpan? Time(string word)
    {
        var parts = word.Split(':');
        if (parts.Length is < 2 or > 3)
        {
            return null;
        }

        Span<int> numbers = [0, 0, 0];
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length is 0 or > 2 || !int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers[0] < 24 && numbers[1] < 60 && numbers[2] <= 60 ? new TimeSpan(numbers[0], numbers[1], numbers[2]) : null;
    }
}
