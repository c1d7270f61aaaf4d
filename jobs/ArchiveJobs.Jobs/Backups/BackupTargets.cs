using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ArchiveJobs.Master;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Jobs.Backups;

/// <summary>A directory that backups were made into.</summary>
/// <param name="At">When the last one was made.</param>
/// <param name="IsWhole">It holds every store as it stood then.</param>
public sealed record BackupTarget(string Path, int Generation, DateTimeOffset At, bool IsWhole);

/// <summary>Where backups are made, one setting a directory: for the next backup, CheckStorage and the doctor. Kept when old runs are pruned.</summary>
public sealed class BackupTargets(IDbContextFactory<MasterContext> master)
{
    private const string Prefix = "backup.target.";

    public async Task<IReadOnlyList<BackupTarget>> ListAsync(CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var values = await context.Settings.AsNoTracking().Where(setting => setting.Name.StartsWith(Prefix)).Select(setting => setting.Value).ToListAsync(cancellationToken);
        return [.. values.Select(value => JsonSerializer.Deserialize<BackupTarget>(value)).OfType<BackupTarget>().OrderBy(target => target.Path, StringComparer.Ordinal)];
    }

    public async Task RecordAsync(BackupTarget target, CancellationToken cancellationToken)
    {
        var name = Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(target.Path)).AsSpan(0, 16));
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var setting = await context.Settings.SingleOrDefaultAsync(one => one.Name == name, cancellationToken);
        if (setting is null)
        {
            setting = new Setting { Name = name, Value = "" };
            context.Settings.Add(setting);
        }

        (setting.Value, setting.ChangedAt) = (JsonSerializer.Serialize(target), target.At);
        await context.SaveChangesAsync(cancellationToken);
    }
}
