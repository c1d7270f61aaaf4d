using System.Data.Common;
using Microsoft.EntityFrameworkCore;
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
            catch (Exception e) when (e is DbException or DbUpdateException or TimeoutException)
            {
                Log.OutboxUnreachable(logger, e);
            }
        }
    }
}
