using System.CommandLine;
using System.Globalization;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>What <c>schedule add</c> and <c>schedule set</c> have in common.</summary>
internal sealed class ScheduleOptions
{
    private readonly Option<string?> _kind = new("--kind") { Description = "The job kind. Its arguments follow as --name=value, or in --arguments.", HelpName = "KIND" };
    private readonly Option<string?> _arguments = new("--arguments") { Description = "The arguments of the kind as one JSON object.", HelpName = "JSON" };
    private readonly Option<string?> _cron = new("--cron") { Description = "Minute hour day month weekday, for example \"0 2 * * *\".", HelpName = "FIELDS" };
    private readonly Option<string?> _every = new("--every") { Description = "An interval: 15m, 6h, 1d.", HelpName = "TIME" };
    private readonly Option<string?> _after = new("--after") { Description = "After each good run of another schedule.", HelpName = "NAME" };
    private readonly Option<string?> _zone = new("--zone") { Description = "IANA time zone of --cron. Default: that of the host.", HelpName = "ZONE" };
    private readonly Option<string?> _catchUp = new("--catch-up") { Description = "Slots missed while no host was there: none, last (default), or a number: so many of the newest.", HelpName = "RULE" };
    private readonly Option<string?> _jitter = new("--jitter") { Description = "Start up to so much later, at random. Default: 0s.", HelpName = "TIME" };
    private readonly Option<string?> _grace = new("--grace") { Description = "A good run is overdue so long after its slot. Default: 2h; 0s: no watch.", HelpName = "TIME" };

    public void AddTo(Command command)
    {
        command.TreatUnmatchedTokensAsErrors = false;
        foreach (var option in new Option[] { _kind, _arguments, _cron, _every, _after, _zone, _catchUp, _jitter, _grace })
        {
            command.Add(option);
        }
    }

    public string? Kind(ParseResult line) => line.GetValue(_kind);

    /// <summary>Null when none are given.</summary>
    public string? Arguments(ParseResult line, JobKind kind)
    {
        var words = JobWords.Read(line.UnmatchedTokens);
        var json = line.GetValue(_arguments);
        return words.Count == 0 ? json
            : json is null ? kind.ParseOptions(words)
            : throw CommandException.Usage("Give the arguments either as --arguments JSON or as --name=value, not both.");
    }

    public string? Cron(ParseResult line) => line.GetValue(_cron);

    public TimeSpan? Every(ParseResult line) => Span(line.GetValue(_every), "--every");

    public string? After(ParseResult line) => line.GetValue(_after);

    public string? Zone(ParseResult line) => line.GetValue(_zone);

    public TimeSpan? Jitter(ParseResult line) => Span(line.GetValue(_jitter), "--jitter");

    public TimeSpan? Grace(ParseResult line) => Span(line.GetValue(_grace), "--grace");

    public (CatchUpRule? Rule, int? Limit) CatchUp(ParseResult line) => ReadCatchUp(line.GetValue(_catchUp), "--catch-up");

    internal static (CatchUpRule? Rule, int? Limit) ReadCatchUp(string? text, string option) => text?.ToLowerInvariant() switch
    {
        null => (null, null),
        "none" => (CatchUpRule.None, null),
        "last" => (CatchUpRule.Last, null),
        var count when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => (CatchUpRule.All, number),
        var other => throw CommandException.Usage($"{option} {other} is not understood: none, last, or a number from 1 to 100."),
    };

    internal static TimeSpan? Span(string? text, string option)
    {
        if (text is null)
        {
            return null;
        }

        var unit = text.Length > 1 ? text[^1..] : "";
        return (int.TryParse(text[..^unit.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number), unit) switch
        {
            (true, "s") => TimeSpan.FromSeconds(number),
            (true, "m") => TimeSpan.FromMinutes(number),
            (true, "h") => TimeSpan.FromHours(number),
            (true, "d") => TimeSpan.FromDays(number),
            _ => throw CommandException.Usage($"{option} {text} is not understood: a number and s, m, h or d, for example 15m."),
        };
    }
}
