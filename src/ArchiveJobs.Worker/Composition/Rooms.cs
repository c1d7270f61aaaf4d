using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Dashboard;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Jobs;
using ArchiveJobs.Mail;
using ArchiveJobs.Master.Paths;
using ArchiveJobs.Notifications;
using ArchiveJobs.Scheduling;
using ArchiveJobs.Scheduling.Owners;
using ArchiveJobs.Search;
using ArchiveJobs.Storage;
using ArchiveJobs.Worker.Api;
using ArchiveJobs.Worker.Certificates;
using ArchiveJobs.Worker.Hosting;

namespace ArchiveJobs.Worker.Composition;

/// <summary>The table of contents of the program.</summary>
internal static class Rooms
{
    /// <param name="delivery">Hangfire in a host; a queue of this process for a single command.</param>
    public static IServiceCollection AddRooms(this IServiceCollection services, DataDirectory data, DeliveryKind delivery) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(data)
        .AddSingleton(new StorePlaces(data.SharedRoot, data.Views))
        .AddMasterDatabase(data)
        .AddStorage(data.Root, data.SharedRoot, new StoreOptions())
        .AddSearch(new SearchOptions())
        .AddOwners(data)
        .AddMailSources()
        .AddScheduling(new SchedulingOptions { DataDirectory = data.Root, Delivery = delivery }.With(data.Settings))
        .AddNotifications(new NotificationsOptions())
        .AddJobs(data.Root)
        .AddWorker();

    /// <summary>What only a host has; a command does not even load the assembly.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services, DataDirectory data) => services
        .AddSingleton(AllowedPaths(data))
        .AddSingleton<IProfileDesk, ProfileDesk>()
        .AddSingleton<IAlertBoard, AlertBoard>()
        .AddSingleton<ShownCertificate>()
        .AddHostedService<CertificateWatch>()
        .AddDashboard(new DashboardOptions { DataDirectory = data.Root, CookieKeys = Path.Combine(data.Keys, "cookies") })
        .AddApi();

    private static PathRules AllowedPaths(DataDirectory data) =>
        new(data.Root, PathRules.Split(Environment.GetEnvironmentVariable(PathRules.Variable)), TimeProvider.System);

    /// <summary>Where several hosts share the stores, each opens its own only. Before the jobs, so that it stops after them.</summary>
    private static IServiceCollection AddOwners(this IServiceCollection services, DataDirectory data)
    {
        if (data.Settings.IsSingleHost)
        {
            return services;
        }

        var stores = services.Last(service => service.ServiceType == typeof(IArchiveStores));
        services.Remove(stores);
        return services
            .AddSingleton(provider => new OwnedStores(
                (IArchiveStores)stores.ImplementationFactory!(provider), provider.GetRequiredService<IStoreSearch>(), provider.GetRequiredService<IStoreOwnership>()))
            .AddSingleton<IArchiveStores>(provider => provider.GetRequiredService<OwnedStores>())
            .AddHostedService<OwnerKeeper>();
    }

    private static IServiceCollection AddWorker(this IServiceCollection services) => services
        .AddSingleton<IStoreBook, MasterStoreBook>()
        .AddSingleton<ProfileBook>()
        .AddSingleton<CertificateShelf>()
        .AddSingleton<CertificateDesk>()
        .AddHostedService<AuditSealing>()
        .AddSingleton<IndexFollowers>()
        .AddHostedService(provider => provider.GetRequiredService<IndexFollowers>());
}
