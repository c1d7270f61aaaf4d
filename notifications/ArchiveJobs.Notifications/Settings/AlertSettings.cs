using System.Globalization;
using ArchiveJobs.Master;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Notifications.Settings;

/// <summary>What alerts read from the settings of the installation.</summary>
/// <param name="BaseUrl">Where the dashboard is reached, for links; null for none.</param>
/// <param name="Installation">Tells installations apart in ids of mails.</param>
internal sealed record AlertFrame(Uri? BaseUrl, string Installation);

/// <summary>Settings by name in the master database.</summary>
internal sealed class AlertSettings(TimeProvider time)
{
    public const string BaseUrlName = "web.base-url";
    public const string ReminderName = "alerts.reminder-hours";
    private const string InstallationName = "installation.id";
    private static readonly TimeSpan DefaultReminder = TimeSpan.FromHours(24);

    public static async Task<TimeSpan> ReadReminderAsync(MasterContext context, CancellationToken cancellationToken) =>
        int.TryParse(await FindAsync(context, ReminderName, cancellationToken), NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours > 0
            ? TimeSpan.FromHours(hours)
            : DefaultReminder;

    public static async Task<Uri?> ReadBaseUrlAsync(MasterContext context, CancellationToken cancellationToken) =>
        Uri.TryCreate(await FindAsync(context, BaseUrlName, cancellationToken), UriKind.Absolute, out var url) ? url : null;

    public async Task<AlertFrame> ReadFrameAsync(MasterContext context, CancellationToken cancellationToken)
    {
        var installation = await FindAsync(context, InstallationName, cancellationToken);
        if (installation is null)
        {
            installation = Guid.NewGuid().ToString("n")[..8];
            await WriteAsync(context, InstallationName, installation, cancellationToken);
            await context.SaveChangesAsync(cancellationToken);
        }

        return new AlertFrame(await ReadBaseUrlAsync(context, cancellationToken), installation);
    }

    /// <param name="value">Null removes it. Written by the caller's SaveChanges.</param>
    public async Task WriteAsync(MasterContext context, string name, string? value, CancellationToken cancellationToken)
    {
        var setting = await context.Settings.SingleOrDefaultAsync(one => one.Name == name, cancellationToken);
        if (value is null)
        {
            if (setting is not null)
            {
                context.Settings.Remove(setting);
            }

            return;
        }

        if (setting is null)
        {
            setting = new Setting { Name = name, Value = value };
            context.Settings.Add(setting);
        }

        setting.Value = value;
        setting.ChangedAt = time.GetUtcNow();
    }

    private static Task<string?> FindAsync(MasterContext context, string name, CancellationToken cancellationToken) =>
        context.Settings.Where(setting => setting.Name == name).Select(setting => (string?)setting.Value).FirstOrDefaultAsync(cancellationToken);
}
