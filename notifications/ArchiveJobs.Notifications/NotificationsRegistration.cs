using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.NetworkMessage;
using ArchiveJobs.Notifications.Channels.Pickup;
using ArchiveJobs.Notifications.Channels.Smtp;
using ArchiveJobs.Notifications.Outbox;
using ArchiveJobs.Notifications.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ArchiveJobs.Notifications;

public static class NotificationsRegistration
{
    /// <summary>
    /// Every way alerts reach people; each is an <see cref="IAlertChannel"/> found by its kind. Opens alerts with the transitions of runs, keeps the outbox, delivers as a hosted
    /// service. Needs AddMaster and an ISecretProtector.
    /// </summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services, NotificationsOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<AlertSettings>();
        services.AddSingleton<ChannelBook>();
        services.AddSingleton<AlertDesk>();
        services.AddSingleton<IRunTransitionSink>(provider => provider.GetRequiredService<AlertDesk>());
        services.Replace(ServiceDescriptor.Singleton<IAlertSource>(provider => provider.GetRequiredService<AlertDesk>()));
        services.AddSingleton<AlertReminders>();
        services.AddSingleton<AlertSender>();
        services.AddSingleton<AlertCourier>();
        services.AddSingleton<IAlertOutbox>(provider => provider.GetRequiredService<AlertCourier>());
        services.AddSingleton<IAlertService, AlertService>();
        services.AddHostedService<AlertDeliveries>();
        services.AddSingleton(_ => MessageProgram.OfThisHost());
        return services
            .AddSingleton<IAlertChannel, SmtpChannel>()
            .AddSingleton<IAlertChannel, NetworkMessageChannel>()
            .AddSingleton<IAlertChannel, PickupChannel>();
    }
}
