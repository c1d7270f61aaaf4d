using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Schedules;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>The buttons about schedules. Each asks the guard first, whatever the page shows; the service keeps the audit.</summary>
internal sealed class ScheduleActions(Guard guard, IScheduleService schedules, PathGate paths)
{
    /// <param name="present">Name of the schedule to change; null for a new one.</param>
    /// <returns>Null when it is saved, otherwise what does not fit together.</returns>
    public async Task<string?> SaveAsync(string? present, ScheduleSpec spec, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Administer, cancellationToken);
        try
        {
            var kept = present is null ? null : await schedules.GetAsync(present, cancellationToken);
            var (arguments, problem) = paths.CheckArguments(spec.ArgumentsJson, kept?.ArgumentsJson);
            if (problem is not null)
            {
                return problem;
            }

            spec = spec with { ArgumentsJson = arguments };
            _ = present is null
                ? await schedules.AddAsync(spec, person.Name, cancellationToken)
                : await schedules.SetAsync(present, ChangeTo(spec), person.Name, cancellationToken);
            return null;
        }
        catch (Exception e) when (e is ScheduleException or JobArgumentsException)
        {
            return e.Message;
        }
    }

    /// <returns>Null when it is removed, otherwise why not.</returns>
    public async Task<string?> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Administer, cancellationToken);
        return await TryAsync(() => schedules.RemoveAsync(name, person.Name, cancellationToken));
    }

    /// <param name="until">Null: until it is resumed.</param>
    /// <returns>Null when it is paused, otherwise why not.</returns>
    public async Task<string?> PauseAsync(string name, DateTimeOffset? until, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Operate, cancellationToken);
        return await TryAsync(() => schedules.PauseAsync(name, until, person.Name, cancellationToken));
    }

    public async Task<string?> ResumeAsync(string name, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Operate, cancellationToken);
        return await TryAsync(() => schedules.ResumeAsync(name, person.Name, cancellationToken));
    }

    public async Task<string?> SkipNextAsync(string name, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Operate, cancellationToken);
        return await TryAsync(() => schedules.SkipNextAsync(name, person.Name, cancellationToken));
    }

    /// <exception cref="ScheduleException">It is gone.</exception>
    public async Task<QueuedRun> TriggerAsync(int id, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Operate, cancellationToken);
        return await schedules.TriggerAsync(id, person.Name, cancellationToken);
    }

    private static async Task<string?> TryAsync(Func<Task> change)
    {
        try
        {
            await change();
            return null;
        }
        catch (ScheduleException e)
        {
            return e.Message;
        }
    }

    private static ScheduleChange ChangeTo(ScheduleSpec spec) => new()
    {
        Name = spec.Name, Kind = spec.Kind, ArgumentsJson = spec.ArgumentsJson, Cron = spec.Cron, Every = spec.Every, After = spec.After, Zone = spec.Zone,
        CatchUp = spec.CatchUp, CatchUpLimit = spec.CatchUpLimit, Jitter = spec.Jitter, Grace = spec.Grace,
    };
}
