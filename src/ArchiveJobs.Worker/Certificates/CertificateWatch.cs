using System.Data.Common;
using System.Security.Cryptography;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Worker.Cli;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>Renews a certificate that was made here, and alerts before an imported one ends.</summary>
internal sealed class CertificateWatch(
    CertificateDesk desk, CertificateShelf shelf, IAlertSource alerts, IDbContextFactory<MasterContext> contexts, TimeProvider time, ILogger<CertificateWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(6);
    private static readonly AlertThing Thing = new("certificate", "https", "https");

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is DbException or DbUpdateException or TimeoutException or IOException or CommandException or CryptographicException)
            {
                logger.CertificateUnreadable(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        await desk.RenewAsync(cancellationToken);
        if (shelf.Read() is not { } certificate)
        {
            return;   // This host has never served https.
        }

        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var left = certificate.NotAfter - time.GetUtcNow();
        if (left < CertificateDesk.Notice)
        {
            var situation = new Situation(SituationKeys.CertificateExpiring, ErrorClass.Configuration)
                .With("n", Math.Max(0, (int)left.TotalDays)).With("date", certificate.NotAfter.ToString("O"));
            await alerts.RaiseAsync(context, Thing, situation, time.GetUtcNow(), null, cancellationToken);
        }
        else
        {
            await alerts.RecoverAsync(context, Thing, SituationKeys.CertificateExpiring, cancellationToken);
        }

        await context.SaveChangesAsync(cancellationToken);
    }
}
