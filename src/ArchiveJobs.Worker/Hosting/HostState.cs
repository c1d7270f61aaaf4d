using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Where this host is in its life.</summary>
internal sealed class HostState(HostAddress address, DataDirectory data, TimeProvider time, CancellationToken stopping)
{
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HostAddress Address { get; set; } = address;

    public DataDirectory Data { get; } = data;

    public TimeProvider Time { get; } = time;

    public CancellationToken Stopping { get; } = stopping;

    /// <summary>The ledger and the stores are open, and the reconciler has looked once at what a former host left.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully;

    public void BecomeReady() => _ready.TrySetResult();

    public Task WaitUntilReadyAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(TimeSpan.FromMinutes(2), Time, cancellationToken);
}
