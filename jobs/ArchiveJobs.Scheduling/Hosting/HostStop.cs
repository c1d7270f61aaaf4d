namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>Fires when this host stops: one of the three things that end a run early.</summary>
internal sealed class HostStop : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    public Task BeginAsync() => _source.CancelAsync();

    public void Dispose() => _source.Dispose();
}
