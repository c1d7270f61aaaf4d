using ArchiveJobs.Notifications.Alerts;
using MimeKit;

namespace ArchiveJobs.Notifications.Channels.Pickup;

/// <summary>Alerts as .eml files, for a mail server that collects them, or for eyes.</summary>
internal sealed class PickupChannel(TimeProvider time) : IAlertChannel
{
    private const int BufferBytes = 16 * 1024;

    public string Kind => "pickup";

    public Type SettingsType => typeof(PickupSettings);

    public async Task<DeliveryResult> SendAsync(RenderedAlert alert, ChannelSettings settings, CancellationToken cancellationToken)
    {
        var pickup = Settings(settings);
        cancellationToken.ThrowIfCancellationRequested();
        if (pickup.Problems() is { Count: > 0 } problems)
        {
            return new DeliveryResult(DeliveryOutcome.Permanent, DeliveryReasons.SettingsInvalid, string.Join(' ', problems));
        }

        try
        {
            Directory.CreateDirectory(pickup.Directory);
            await WriteAsync(alert, pickup, cancellationToken);
            return DeliveryResult.Delivered;
        }
        catch (UnauthorizedAccessException e)
        {
            return new DeliveryResult(DeliveryOutcome.Temporary, DeliveryReasons.PathDenied, e.Message);
        }
        catch (IOException e)
        {
            return new DeliveryResult(DeliveryOutcome.Temporary, DeliveryReasons.PathFailed, e.Message);
        }
    }

    public string Summary(ChannelSettings settings) => Settings(settings).Directory;

    private async Task WriteAsync(RenderedAlert alert, PickupSettings pickup, CancellationToken cancellationToken)
    {
        using var message = AlertMail.Compose(alert, pickup.From, [pickup.To], time.GetUtcNow());
        var path = Path.Combine(pickup.Directory, alert.FileName + ".eml");

        // Whoever collects *.eml never sees a half-written file. Crash here: a .tmp is left, which the retry writes anew.
        var temporary = path + ".tmp";
        await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes, FileOptions.Asynchronous | FileOptions.WriteThrough))
        {
            await message.WriteToAsync(DosLines(), file, cancellationToken);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static FormatOptions DosLines()
    {
        var options = FormatOptions.Default.Clone();
        options.NewLineFormat = NewLineFormat.Dos;
        return options;
    }

    private static PickupSettings Settings(ChannelSettings settings) =>
        settings as PickupSettings ?? throw new ArgumentException("These are not the settings of a pickup directory.", nameof(settings));
}
