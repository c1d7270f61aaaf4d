using ArchiveJobs.Master;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Notifications.Outbox;

/// <summary>Looks at the outbox all the time.</summary>
internal sealed class AlertDeliveries(AlertCourier courier, NotificationsOptions options, TimeProvider time, ILogger<AlertDeliveries> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await courier.PassAsync(stoppingToken);
            }
            catch (Exception e) when (DatabaseFailure.Is(e))
            {
                Log.OutboxUnreachable(logger, e);
            }
        }
    }
}
