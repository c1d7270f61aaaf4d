using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Dashboard.Text;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Schedules;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>When will it run? One page for a new schedule and a present one; the next slots are those the planner will decide.</summary>
public sealed partial class SchedulePage
{
    private const int SlotsShown = 5;
    private static readonly string[] Ways = ["cron", "every", "after"];

    /// <summary>For a person who looks on; a schedule of it would be dangerous or do nothing.</summary>
    private static readonly string[] NotBySchedule = ["RestoreBackup", "RecoverStore"];

    private static readonly Lazy<string[]> AllZones = new(() => [.. TimeZoneInfo.GetSystemTimeZones().Where(zone => zone.HasIanaId).Select(zone => zone.Id).Order(StringComparer.Ordinal)]);

    private readonly CancellationTokenSource _left = new();
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private IReadOnlyList<ScheduleView> _all = [];
    private IReadOnlyList<string> _profiles = [];
    private IReadOnlyDictionary<int, string> _stores = new Dictionary<int, string>();
    private List<string> _problems = [];
    private string _name = "", _kind = "RunProfile", _way = "cron", _cron = "0 2 * * *", _zone = "UTC", _after = "", _limit = "1";
    private SpanText _every = SpanText.Of(TimeSpan.FromMinutes(15)), _grace = SpanText.Of(TimeSpan.FromHours(2)), _jitter = SpanText.Of(TimeSpan.Zero);
    private CatchUpRule _catchUp = CatchUpRule.Last;
    private bool _isMissing;
    private string? _present;
    private int? _shown;

    [Parameter] public int? Id { get; set; }

    [SupplyParameterFromQuery] public string? Profile { get; set; }

    [Inject] internal ScheduleReader Schedules { get; set; } = null!;

    [Inject] internal ScheduleActions Actions { get; set; } = null!;

    [Inject] internal IScheduleService Service { get; set; } = null!;

    [Inject] internal JobRegistry Registry { get; set; } = null!;

    [Inject] internal ProfileReader Profiles { get; set; } = null!;

    [Inject] internal StoreShelf Shelf { get; set; } = null!;

    private static string[] Zones => AllZones.Value;

    private JobKind? Kind => Registry.Find(_kind);

    private IEnumerable<JobKind> Kinds => Registry.Kinds.Where(kind => kind.Name == _kind || !NotBySchedule.Contains(kind.Name));

    private IEnumerable<ScheduleView> Others => _all.Where(other => other.Id != Id);

    /// <summary>Intervals know no local time: they are shown in the zone of the reader.</summary>
    private TimeZoneInfo SlotZone => _way == "cron" && TimeZoneInfo.TryFindSystemTimeZoneById(_zone.Trim(), out var zone) ? zone : T.Zone;

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == (Id ?? 0))
        {
            return;   // What was typed stays.
        }

        _shown = Id ?? 0;
        _all = await Schedules.ListAsync(_left.Token);
        _profiles = await Profiles.NamesAsync(_left.Token);
        _stores = await Shelf.NamesAsync(_left.Token);
        _zone = T.Zone.HasIanaId ? T.Zone.Id : "UTC";
        if (Id is null)
        {
            Choose("name", Profile ?? (_profiles is [var only] ? only : null));
            return;
        }

        if (_all.FirstOrDefault(view => view.Id == Id) is not { } schedule)
        {
            _isMissing = true;
            return;
        }

        (_name, _present, _kind, _zone, _catchUp) = (schedule.Name, schedule.Name, schedule.Kind, schedule.Zone, schedule.CatchUp);
        (_way, _cron, _after) = (schedule.Cron is not null ? "cron" : schedule.Every is not null ? "every" : "after", schedule.Cron ?? _cron, schedule.After ?? "");
        _every = SpanText.Of(schedule.Every ?? TimeSpan.FromMinutes(15));
        (_grace, _jitter, _limit) = (SpanText.Of(schedule.Grace), SpanText.Of(schedule.Jitter), schedule.CatchUpLimit.ToString(CultureInfo.InvariantCulture));
        foreach (var value in RunValues.Arguments(schedule.ArgumentsJson).EnumerateObject())
        {
            Choose(JsonNamingPolicy.KebabCaseLower.ConvertName(value.Name), value.Value.ValueKind == JsonValueKind.Null ? null : value.Value.ToString().ToLowerInvariant() is "true" or "false" ? value.Value.ToString().ToLowerInvariant() : value.Value.ToString());
        }
    }

    private void Choose(string argument, string? value)
    {
        if (value is not null)
        {
            _values[argument] = value;
        }
    }

    private void ChangeKind(string kind)
    {
        _kind = kind;
        _values.Clear();
        Choose("name", _profiles is [var only] ? only : null);
        Choose("id", _stores.Count == 1 ? _stores.Keys.First().ToString(CultureInfo.InvariantCulture) : null);
    }

    private (IReadOnlyList<DateTimeOffset> Slots, string? Trouble) Preview()
    {
        if (TimeProblem() is { } problem)
        {
            return ([], problem);
        }

        try
        {
            return (Service.Preview(_way == "cron" ? _cron.Trim() : null, _way == "every" ? _every.Read() : null, _way == "cron" ? _zone.Trim() : null, SlotsShown), null);
        }
        catch (ScheduleException)
        {
            return ([], T["schedule.bad-cron"]);
        }
    }

    private string? TimeProblem()
    {
        if (_way == "every")
        {
            return _every.Read() is { } every && every >= TimeSpan.FromMinutes(1) && every <= TimeSpan.FromDays(366) ? null : T["schedule.bad-every"];
        }

        return _way == "cron" && !(TimeZoneInfo.TryFindSystemTimeZoneById(_zone.Trim(), out var zone) && zone.HasIanaId) ? T["schedule.bad-zone"] : null;
    }

    private bool IsElsewhere(DateTimeOffset slot) => SlotZone.GetUtcOffset(slot) != T.Zone.GetUtcOffset(slot);

    private async Task SaveAsync()
    {
        _all = await Schedules.ListAsync(_left.Token);
        _problems = [.. Problems()];
        if (_problems.Count > 0 || Kind is not { } kind)
        {
            return;
        }

        if (ArgumentsOf(kind) is not { } arguments)
        {
            _problems = [T["schedule.bad-arguments"]];
            return;
        }

        var spec = new ScheduleSpec(_name.Trim(), kind.Name, arguments)
        {
            Cron = _way == "cron" ? _cron.Trim() : null, Every = _way == "every" ? _every.Read() : null, After = _way == "after" ? _after : null,
            Zone = _zone.Trim(), CatchUp = _catchUp, CatchUpLimit = _catchUp == CatchUpRule.All ? int.Parse(_limit, CultureInfo.InvariantCulture) : 1,
            Grace = _grace.Read()!.Value, Jitter = _jitter.Read()!.Value,
        };
        if (await Actions.SaveAsync(_present, spec, _left.Token) is { } refused)
        {
            _problems = [refused];
            return;
        }

        Snackbar.Add(T.Of("schedule.saved", spec.Name), Severity.Normal);
        Navigation.NavigateTo("schedules");
    }

    private static string? ArgumentsOf(IEnumerable<KeyValuePair<string, string>> values, JobKind kind)
    {
        try
        {
            // What was chosen for another kind does not count.
            var known = kind.Arguments.Select(argument => argument.Name).ToHashSet(StringComparer.Ordinal);
            return kind.ParseOptions(values.Where(value => value.Value.Trim().Length > 0 && known.Contains(value.Key)).Select(value => KeyValuePair.Create(value.Key, (string?)value.Value.Trim())));
        }
        catch (JobArgumentsException)
        {
            return null;
        }
    }

    private string? ArgumentsOf(JobKind kind) => ArgumentsOf(_values, kind);

    /// <summary>What can be said in the language of the reader before the service is asked, which checks all of it again.</summary>
    private IEnumerable<string> Problems()
    {
        var name = _name.Trim();
        if (name.Length is 0 or > 200 || name.Any(char.IsControl))
        {
            yield return T["schedule.bad-name"];
        }
        else if (Others.Any(other => string.Equals(other.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            yield return T.Of("schedule.taken", name);
        }

        foreach (var missing in Kind?.Arguments.Where(argument => argument.IsRequired && _values.GetValueOrDefault(argument.Name, "").Trim().Length == 0) ?? [])
        {
            yield return T.Of("schedule.missing", T.Maybe($"argument.{_kind}-{missing.Name}") ?? T.Maybe("argument." + missing.Name) ?? missing.Name);
        }

        if (_way == "after" ? _after.Length == 0 : Preview().Trouble is not null)
        {
            yield return _way == "after" ? T["schedule.missing-after"] : Preview().Trouble!;
        }
        else if (_way == "after" && ComesBack())
        {
            yield return T["schedule.circle"];
        }

        if (_grace.Read() is not { } grace || grace > TimeSpan.FromDays(366))
        {
            yield return T["schedule.bad-grace"];
        }

        if (_jitter.Read() is not { } jitter || jitter > TimeSpan.FromDays(1))
        {
            yield return T["schedule.bad-jitter"];
        }

        if (_catchUp == CatchUpRule.All && !(int.TryParse(_limit, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= 100))
        {
            yield return T["schedule.bad-limit"];
        }
    }

    private bool ComesBack()
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { _present ?? "" };
        for (var at = _after; at is not null; at = _all.FirstOrDefault(other => string.Equals(other.Name, at, StringComparison.OrdinalIgnoreCase))?.After)
        {
            if (!names.Add(at))
            {
                return true;
            }
        }

        return false;
    }
}
