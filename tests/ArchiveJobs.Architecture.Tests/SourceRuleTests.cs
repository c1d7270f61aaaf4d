using System.Text.RegularExpressions;

namespace ArchiveJobs.Architecture.Tests;

/// <summary>Rules of the source text that no analyzer looks after.</summary>
public sealed partial class SourceRuleTests
{
    private static readonly string[] Product = ["src", "jobs", "dashboard", "notifications"];

    [Fact]
    public void Banned_symbols_are_silenced_only_with_a_reason_beside_them()
    {
        var silent = FindLines(Product, SilencedBan()).Where(line => !line.Text.Contains("//", StringComparison.Ordinal));

        Assert.Empty(silent);
    }

    [Fact]
    public void The_wall_clock_is_not_silenced_anywhere()
    {
        var clocks = FindLines(Product, WallClock());

        Assert.Empty(clocks);
    }

    [Fact]
    public void Nobody_waits_blocking_by_sleeping()
    {
        Assert.Empty(FindLines(Product, Sleep()));
    }

    [Fact]
    public void No_test_is_skipped_by_hand()
    {
        Assert.Empty(FindLines(["tests"], SkippedTest()));
    }

    [Fact]
    public void Nothing_is_left_to_do_without_an_issue()
    {
        Assert.Empty(FindLines(Product, LeftToDo()));
    }

    private static List<(string File, int Line, string Text)> FindLines(string[] folders, Regex pattern) =>
        [.. from file in Repository.SourceFiles(folders)
            from line in File.ReadLines(file).Index()
            where pattern.IsMatch(line.Item)
            select (Path.GetRelativePath(Repository.Root, file), line.Index + 1, line.Item.Trim())];

    [GeneratedRegex(@"(pragma warning disable|SuppressMessage).*RS0030")]
    private static partial Regex SilencedBan();

    [GeneratedRegex(@"\bDate(Time|TimeOffset)\.(Now|UtcNow|Today)\b")]
    private static partial Regex WallClock();

    [GeneratedRegex(@"\bThread\.Sleep\(")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"\[(Fact|Theory)\(.*\bSkip\s*=")]
    private static partial Regex SkippedTest();

    [GeneratedRegex(@"\bTODO(?!\s*\(#\d+\))")]
    private static partial Regex LeftToDo();
}
