using System.Text.Json;
using System.Threading.Channels;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Sends what a command writes to the caller's console, one JSON object a line.</summary>
internal sealed class EventOutput(TimeProvider time) : ICommandOutput
{
    private static readonly TimeSpan ProgressSpacing = TimeSpan.FromMilliseconds(250);
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    // Bounded: octets of a large message wait for a slow reader instead of filling the memory.
    private readonly Channel<CommandEvent> _events = Channel.CreateBounded<CommandEvent>(new BoundedChannelOptions(64) { SingleReader = true });
    private long _lastProgress;

    public void Line(string text) => Send(new CommandEvent { Line = text });

    public void Error(string text) => Send(new CommandEvent { Error = text });

    public void Json(string document) => Send(new CommandEvent { Json = document });

    public void Octets(ReadOnlySpan<byte> octets) => Send(new CommandEvent { Octets = octets.ToArray() });

    public void Progress(ProgressStep step)
    {
        if (_lastProgress != 0 && time.GetElapsedTime(_lastProgress) < ProgressSpacing)
        {
            return;
        }

        _lastProgress = time.GetTimestamp();
        Send(new CommandEvent { Progress = step });
    }

    public void EndProgress() => Send(new CommandEvent { EndProgress = true });

    public void Finish(int exitCode)
    {
        Send(new CommandEvent { Exit = exitCode });
        _events.Writer.TryComplete();
    }

    /// <summary>Writes until the command has finished or the caller is gone.</summary>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var one in _events.Reader.ReadAllAsync(cancellationToken))
            {
                await JsonSerializer.SerializeAsync(destination, one, WireJson.Default.CommandEvent, cancellationToken);
                await destination.WriteAsync(LineEnd, cancellationToken);
                if (_events.Reader.Count == 0)
                {
                    await destination.FlushAsync(cancellationToken);
                }
            }
        }
        finally
        {
            _events.Writer.TryComplete();
            while (_events.Reader.TryRead(out _))
            {
                // Nobody reads any more; a writer that waits for room must go on.
            }
        }
    }

    private void Send(CommandEvent one)
    {
        while (!_events.Writer.TryWrite(one))
        {
            // A command writes synchronously (it may be in the middle of a progress callback), so this waits on the thread; false means nobody reads any more.
            if (!_events.Writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
            {
                return;
            }
        }
    }
}
