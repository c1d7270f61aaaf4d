using ArchiveJobs.Master;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Closes stores that another host has taken over, and gives all of them back when this host stops, after its runs have.</summary>
internal sealed class OwnerKeeper(OwnedStores stores, TimeProvider time, ILogger<OwnerKeeper> logger) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await stores.GiveBackAsync();
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            logger.StoresNotGivenBack(e);   // Their leases run out.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await stores.CloseLostAsync(stoppingToken);
            }
            catch (Exception e) when (DatabaseFailure.Is(e))
            {
                logger.OwnersUnknown(e);
            }
        }
    }
}
