namespace ArchiveJobs.Core.Archiving;

/// <summary>Spaces messages evenly so that no more than a given number a second is read. Thread-safe.</summary>
internal sealed class Pace(double? maxRate, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _step = maxRate is > 0 ? TimeSpan.FromSeconds(1 / maxRate.Value) : TimeSpan.Zero;
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _next;

    public Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_step == TimeSpan.Zero)
        {
            return Task.CompletedTask;
        }

        TimeSpan wait;
        lock (_lock)
        {
            var now = time.GetElapsedTime(_start);
            _next = _next < now ? now : _next;
            wait = _next - now;
            _next += _step;
        }

        return wait <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, time, cancellationToken);
    }
}
