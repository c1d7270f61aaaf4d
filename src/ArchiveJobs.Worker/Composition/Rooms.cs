using ArchiveJobs.Dashboard;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Jobs;
using ArchiveJobs.Mail;
using ArchiveJobs.Master.Paths;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Notifications;
using ArchiveJobs.Scheduling;
using ArchiveJobs.Search;
using ArchiveJobs.Storage;
using ArchiveJobs.Worker.Api;
using ArchiveJobs.Worker.Hosting;

namespace ArchiveJobs.Worker.Composition;

/// <summary>The table of contents of the program.</summary>
internal static class Rooms
{
    /// <param name="delivery">Hangfire in a host; a queue of this process for a single command.</param>
    public static IServiceCollection AddRooms(this IServiceCollection services, DataDirectory data, DeliveryKind delivery) => services
        .AddSingleton(TimeProvider.System)
        .AddSingleton(data)
        .AddMasterSqlite(data.MasterDatabase)
        .AddStorage(data.Root, new StoreOptions())
        .AddSearch(new SearchOptions())
        .AddMailSources()
        .AddScheduling(new SchedulingOptions { DataDirectory = data.Root, Delivery = delivery })
        .AddNotifications(new NotificationsOptions())
        .AddJobs(data.Root)
        .AddWorker();

    /// <summary>What only a host has; a command does not even load the assembly.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services, DataDirectory data) => services
        .AddSingleton(AllowedPaths(data))
        .AddSingleton<IProfileDesk, ProfileDesk>()
        .AddDashboard(new DashboardOptions { DataDirectory = data.Root, CookieKeys = Path.Combine(data.Keys, "cookies") })
        .AddApi();

    private static PathRules AllowedPaths(DataDirectory data) =>
        new(data.Root, PathRules.Split(Environment.GetEnvironmentVariable(PathRules.Variable)), TimeProvider.System);

    private static IServiceCollection AddWorker(this IServiceCollection services) => services
        .AddSingleton<IStoreBook, MasterStoreBook>()
        .AddSingleton<ProfileBook>()
        .AddHostedService<AuditSealing>()
        .AddSingleton<IndexFollowers>()
        .AddHostedService(provider => provider.GetRequiredService<IndexFollowers>());
}
