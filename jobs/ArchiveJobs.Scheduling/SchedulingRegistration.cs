using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Delivery;
using ArchiveJobs.Scheduling.Execution;
using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Ledger;
using ArchiveJobs.Scheduling.Owners;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Scheduling.Schedules;
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
        services.TryAddSingleton<IRandomSource, SystemRandomSource>();
        services.TryAddSingleton<IDiskProbe, StoreDiskProbe>();
        services.AddSingleton(provider => HostIdentity.Create(
            provider.GetRequiredService<IRandomSource>(),
            provider.GetRequiredService<IMasterProvider>().IsSingleHost ? Guid.Empty : HostIdFile.ReadOrCreate(options.DataDirectory, provider.GetRequiredService<IRandomSource>())));
        services.AddSingleton<RunHub>();
        services.AddSingleton<IRunTransitionSink, RunAudit>();
        services.AddSingleton<StoreOwnership>();
        services.AddSingleton<IStoreOwnership>(provider => provider.GetRequiredService<StoreOwnership>());
        services.AddSingleton<RunLedger>();
        services.AddSingleton<RunReader>();
        services.AddSingleton<HostStop>();
        services.AddSingleton<FailureJudge>();
        services.AddSingleton<RunExecutor>();
        services.AddSingleton<RunService>();
        services.AddSingleton<IRunService>(provider => provider.GetRequiredService<RunService>());
        AddSchedules(services);

        // Started in this order, stopped in the opposite one: no delivery before the ledger is in order, no clean-stop mark before the runs gave themselves back.
        services.AddHostedService<SchedulingHost>();
        AddDelivery(services, options.Delivery);
        services.AddSingleton<HostWatch>();
        services.AddSingleton<SlowRunWatch>();
        services.AddSingleton<RunReconciler>();
        services.AddHostedService(provider => provider.GetRequiredService<RunReconciler>());
        if (options.Delivery == DeliveryKind.Hangfire)
        {
            // Only a host plans. A single command would begin runs that it does not stay for.
            services.AddSingleton<IScheduleMirror, HangfireMirror>();
            services.AddHostedService<PlannerLoop>();
        }

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

    private static void AddSchedules(IServiceCollection services)
    {
        services.AddSingleton<PlannerSignal>();
        services.AddSingleton<PlannerPulse>();
        services.AddSingleton<IRunObserver>(provider => provider.GetRequiredService<PlannerSignal>());
        services.AddSingleton<ScheduleObservers>();
        services.AddSingleton<ScheduleWatch>();
        services.AddSingleton<SchedulePlanner>();
        services.AddSingleton<IScheduleService, ScheduleService>();
    }

    private static void AddDelivery(IServiceCollection services, DeliveryKind delivery)
    {
        if (delivery == DeliveryKind.Hangfire)
        {
            services.AddSingleton<HangfireDispatcher>();
            services.AddSingleton<IRunDispatcher>(provider => provider.GetRequiredService<HangfireDispatcher>());
            services.AddSingleton(provider => provider.GetRequiredService<HangfireDispatcher>().Storage);   // For Hangfire's own dashboard.
            services.AddHostedService<HangfireWorkers>();
            return;
        }

        services.AddSingleton<InProcessDispatcher>();
        services.AddSingleton<IRunDispatcher>(provider => provider.GetRequiredService<InProcessDispatcher>());
        services.AddHostedService<InProcessWorkers>();
    }
}
