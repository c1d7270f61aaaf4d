using ArchiveJobs.Scheduling.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ArchiveJobs.Scheduling;

public static class SchedulingRegistration
{
    /// <summary>
    /// Ledger, executor, reconciler and delivery. Needs AddMaster. Starting the host takes the lock of the data directory, migrates the master database,
    /// closes what a dead host left open, and begins to work.
    /// </summary>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public static IServiceCollection AddScheduling(this IServiceCollection services, SchedulingOptions options)
    {
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<JobRegistry>();
        return services;
    }

    /// <summary>Registers a kind. The job is made anew for every attempt, in a scope of its own.</summary>
    public static IServiceCollection AddJob<TJob, TArguments>(this IServiceCollection services, WorkClass workClass = WorkClass.Maintenance)
        where TJob : class, IJob<TArguments>
        where TArguments : class
    {
        services.AddTransient<TJob>();
        services.AddSingleton<JobKind>(new TypedJobKind<TJob, TArguments>(workClass));
        return services;
    }
}
