using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.NetworkMessage;
using ArchiveJobs.Notifications.Channels.Pickup;
using ArchiveJobs.Notifications.Channels.Smtp;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ArchiveJobs.Notifications;

public static class NotificationsRegistration
{
    /// <summary>Every way alerts reach people; each is an <see cref="IAlertChannel"/> found by its kind.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ => MessageProgram.OfThisHost());
        return services
            .AddSingleton<IAlertChannel, SmtpChannel>()
            .AddSingleton<IAlertChannel, NetworkMessageChannel>()
            .AddSingleton<IAlertChannel, PickupChannel>();
    }
}
