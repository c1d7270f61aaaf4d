using ArchiveJobs.Master;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>What was archived on a day.</summary>
/// <param name="Failed">Archive runs that came to a bad end that day.</param>
public sealed record DayVolume(DateOnly Day, long Messages, long NewBytes, int Failed);

/// <summary>Archived messages a day, from the results of the runs. Days that are over are read once; today is read each time.</summary>
internal sealed class VolumeReader(IDbContextFactory<MasterContext> contexts, TimeProvider time)
{
    public const int Days = 30;

    private readonly Lock _lock = new();
    private readonly Dictionary<DateOnly, DayVolume> _over = [];

    /// <summary>Oldest first, one entry a day, in the zone of the host.</summary>
    public async Task<IReadOnlyList<DayVolume>> ReadAsync(CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(time.GetLocalNow().Date);
        var days = new List<DayVolume>(Days);
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        for (var day = today.AddDays(1 - Days); day <= today; day = day.AddDays(1))
        {
            if (Known(day) is { } known)
            {
                days.Add(known);
                continue;
            }

            var read = await ReadDayAsync(db, day, cancellationToken);
            days.Add(read);
            if (day < today)
            {
                lock (_lock)
                {
                    _over[day] = read;
                }
            }
        }

        return days;
    }

    private DayVolume? Known(DateOnly day)
    {
        lock (_lock)
        {
            return _over.GetValueOrDefault(day);
        }
    }

    private async Task<DayVolume> ReadDayAsync(MasterContext db, DateOnly day, CancellationToken cancellationToken)
    {
        var (from, to) = (Start(day), Start(day.AddDays(1)));
        var runs = db.JobRuns.AsNoTracking().Where(run => run.Kind == "RunProfile" && run.EndedAt >= from && run.EndedAt < to);
        long messages = 0, bytes = 0;
        var failed = 0;
        await foreach (var run in runs.Select(run => new { run.State, run.ResultJson }).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            var numbers = RunNumbers.Read(run.ResultJson);
            messages += numbers.Total?.Archived ?? 0;
            bytes += numbers.NewBytes;
            failed += run.State is RunState.Failed or RunState.CompletedWithErrors ? 1 : 0;
        }

        return new DayVolume(day, messages, bytes, failed);
    }

    private DateTimeOffset Start(DateOnly day)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(local, time.LocalTimeZone.GetUtcOffset(local));
    }
}
