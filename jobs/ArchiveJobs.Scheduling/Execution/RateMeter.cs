using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Scheduling.Execution;

/// <summary>Smooths the speed of a run over about the last ten seconds and guesses what is left. Not thread-safe.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    /// <summary>Seconds after which an old sample weighs 1/e.</summary>
    private const double Memory = 10;

    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(1);

    private long _sampledAt = time.GetTimestamp();
    private string? _phase;
    private long _done;
    private long _bytes;
    private double _perSecond;
    private double _bytesPerSecond;

    public RunProgress Next(string phase, long done, long? total, long doneBytes)
    {
        var elapsed = time.GetElapsedTime(_sampledAt);
        if (phase != _phase || done < _done)
        {
            // A new phase counts anew; the speed of the one before says nothing about it.
            (_phase, _done, _bytes, _perSecond, _bytesPerSecond) = (phase, done, doneBytes, 0, 0);
            _sampledAt = time.GetTimestamp();
        }
        else if (elapsed >= SampleEvery)
        {
            Sample(elapsed.TotalSeconds, done, doneBytes);
        }

        TimeSpan? left = total is { } all && _perSecond > 0 ? TimeSpan.FromSeconds(Math.Min(Math.Max(0, all - done) / _perSecond, 1e7)) : null;
        return new RunProgress(phase, done, total, doneBytes, _perSecond, _bytesPerSecond, left);
    }

    private void Sample(double seconds, long done, long doneBytes)
    {
        var weight = _perSecond == 0 && _bytesPerSecond == 0 ? 1 : 1 - Math.Exp(-seconds / Memory);
        _perSecond += weight * (((done - _done) / seconds) - _perSecond);
        _bytesPerSecond += weight * (((doneBytes - _bytes) / seconds) - _bytesPerSecond);
        (_done, _bytes) = (done, doneBytes);
        _sampledAt = time.GetTimestamp();
    }
}
