using System.Globalization;
using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Situations;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>Hosts that share a master database must share its installation key, and with it the directory of the stores: a setting that only that key opens says so.</summary>
public sealed class InstallationCheck(IMasterProvider provider, IDbContextFactory<MasterContext> contexts, IServiceProvider services, TimeProvider time)
{
    private const string Name = "installation.check";
    private const string Purpose = "installation-check";
    private static readonly byte[] Known = Encoding.ASCII.GetBytes("archivejobs");

    /// <summary>The first host writes it.</summary>
    /// <exception cref="ArchiveException">This host has another key (host.stranger). Nothing was changed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (provider.IsSingleHost)
        {
            return;
        }

        var secrets = (ISecretProtector)services.GetService(typeof(ISecretProtector))!;
        var written = await FindAsync(cancellationToken) ?? await WriteAsync(secrets, cancellationToken);
        try
        {
            if (secrets.Unprotect(Convert.FromBase64String(written), Purpose).AsSpan().SequenceEqual(Known))
            {
                return;
            }
        }
        catch (Exception e) when (e is ArchiveException or FormatException)
        {
            throw Stranger(e);
        }

        throw Stranger(null);
    }

    private async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Settings.Where(setting => setting.Name == Name).Select(setting => (string?)setting.Value).FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<string> WriteAsync(ISecretProtector secrets, CancellationToken cancellationToken)
    {
        var value = Convert.ToBase64String(secrets.Protect(Known, Purpose));
        try
        {
            await using var db = await contexts.CreateDbContextAsync(cancellationToken);
            db.Settings.Add(new Setting { Name = Name, Value = value, ChangedAt = time.GetUtcNow() });
            await db.SaveChangesAsync(cancellationToken);
            return value;
        }
        catch (Exception e) when (provider.IsConflict(e))
        {
            // Another host that started at the same time was first.
            return await FindAsync(cancellationToken) ?? value;
        }
    }

    private ArchiveException Stranger(Exception? cause)
    {
        var situation = new Situation(SituationKeys.HostStranger, ErrorClass.Refused)
            .With("host", Environment.MachineName).With("server", provider.Server).With("at", time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
        return new ArchiveException(
            situation,
            $"The installation key of this host is not that of the hosts that share the master database on {provider.Server}. Let ARCHIVEJOBS_SHARED name the directory with keys/ and stores/ that they use.",
            cause);
    }
}
