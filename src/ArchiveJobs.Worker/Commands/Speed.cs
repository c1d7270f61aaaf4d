using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Speed and time left of a run, over about the last ten seconds. No guess is made before two seconds have passed.</summary>
internal sealed class Speed(TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    private readonly Queue<(long At, long Done, long Bytes)> _points = new();
    private string _phase = "";

    public string Describe(RunProgress progress)
    {
        var now = time.GetTimestamp();
        if (progress.Phase != _phase)
        {
            _points.Clear();
            _phase = progress.Phase;
        }

        _points.Enqueue((now, progress.Done, progress.DoneBytes));
        while (time.GetElapsedTime(_points.Peek().At, now) > Window)
        {
            _points.Dequeue();
        }

        var first = _points.Peek();
        var elapsed = time.GetElapsedTime(first.At, now);
        if (elapsed < Least || progress.Done <= first.Done)
        {
            return "";
        }

        var rate = $"{Numbers.Size((long)((progress.DoneBytes - first.Bytes) / elapsed.TotalSeconds))}/s";
        return progress.Total is { } total && total >= progress.Done
            ? $"{rate}, about {Numbers.Duration((total - progress.Done) / ((progress.Done - first.Done) / elapsed.TotalSeconds) is var left ? TimeSpan.FromSeconds(Math.Ceiling(left)) : default)} left"
            : rate;
    }
}
