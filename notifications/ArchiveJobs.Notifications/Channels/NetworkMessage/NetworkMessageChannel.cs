using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Channels.NetworkMessage;

/// <summary>Alerts as a window on a computer's screen: <c>msg /server:HOST USER</c>, the text on standard input, without a shell.</summary>
internal sealed class NetworkMessageChannel(MessageProgram program, TimeProvider time) : IAlertChannel
{
    private const int MaxWords = 300;

    public string Kind => "network-message";

    public Type SettingsType => typeof(NetworkMessageSettings);

    public async Task<DeliveryResult> SendAsync(RenderedAlert alert, ChannelSettings settings, CancellationToken cancellationToken)
    {
        var target = Settings(settings);
        cancellationToken.ThrowIfCancellationRequested();
        if (target.Problems() is { Count: > 0 } problems)
        {
            return new DeliveryResult(DeliveryOutcome.Permanent, DeliveryReasons.SettingsInvalid, string.Join(' ', problems));
        }

        if (program.Path is not { } path)
        {
            return new DeliveryResult(DeliveryOutcome.Permanent, DeliveryReasons.NotAvailable, "Network messages are not available here: this host has no msg.exe.");
        }

        using var timeout = new CancellationTokenSource(target.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await RunAsync(path, target, Octets(alert), either.Token);
        }
        catch (Win32Exception e)
        {
            return new DeliveryResult(DeliveryOutcome.Permanent, DeliveryReasons.NotAvailable, e.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DeliveryResult(DeliveryOutcome.Temporary, DeliveryReasons.HostTimeout, "No answer in time.");
        }
    }

    public string Summary(ChannelSettings settings) => $"{Settings(settings).User} at {Settings(settings).Server}";

    private static async Task<DeliveryResult> RunAsync(string path, NetworkMessageSettings target, byte[] text, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, [$"/server:{target.Server}", target.User])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await WriteAsync(process, text, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            var words = (await errors + await output).Trim();
            return process.ExitCode == 0
                ? DeliveryResult.Delivered
                : new DeliveryResult(DeliveryOutcome.Temporary, DeliveryReasons.ProgramFailed, words.Length > MaxWords ? words[..MaxWords] : words);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    // A program that ends without reading its input says why by its exit code.
    private static async Task WriteAsync(Process process, byte[] text, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(text, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // See above.
        }
    }

    private byte[] Octets(RenderedAlert alert)
    {
        var encoding = program.StrictEncoding();
        try
        {
            return encoding.GetBytes(WithoutControls(alert.Brief));
        }
        catch (EncoderFallbackException)
        {
            return Encoding.ASCII.GetBytes(WithoutControls(alert.BriefAscii));
        }
    }

    private static string WithoutControls(string text) => string.Concat(text.Where(character => !char.IsControl(character)));

    private static NetworkMessageSettings Settings(ChannelSettings settings) =>
        settings as NetworkMessageSettings ?? throw new ArgumentException("These are not the settings of a network message.", nameof(settings));
}
