using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Numbers and chains what was told to the audit trail, within seconds (docs/audit.md).</summary>
internal sealed class AuditSealing(AuditSealer sealer, TimeProvider time, ILogger<AuditSealing> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await sealer.SealAsync(stoppingToken);
            }
            catch (Exception e) when (DatabaseFailure.Is(e))
            {
                logger.NotSealed(e);
            }
        }
    }
}
