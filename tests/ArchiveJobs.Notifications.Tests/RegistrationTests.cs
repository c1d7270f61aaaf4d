using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.NetworkMessage;
using ArchiveJobs.Notifications.Channels.Pickup;
using ArchiveJobs.Notifications.Channels.Smtp;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Notifications.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public void Every_channel_is_registered()
    {
        var registered = new ServiceCollection().AddNotifications(new NotificationsOptions()).Where(service => service.ServiceType == typeof(IAlertChannel));

        Assert.Equal(
            [typeof(SmtpChannel), typeof(NetworkMessageChannel), typeof(PickupChannel)],
            registered.Select(service => service.ImplementationType));
    }
}
