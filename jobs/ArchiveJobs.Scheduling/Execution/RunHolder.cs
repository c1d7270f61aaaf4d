using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Ledger;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Execution;

/// <summary>Why a run's token fired. The first cause stays, except that a lost lease is above all.</summary>
internal enum StopCause
{
    None,
    HostStopping,
    CancelRequested,
    LeaseLost,
}

/// <summary>
/// Holds the lease of one run: renews it on a loop of its own and fires the token when the host stops, the lease is lost or a person wants the run to end - for nothing else.
/// </summary>
internal sealed class RunHolder : IAsyncDisposable
{
    private readonly RunLedger _ledger;
    private readonly TimeProvider _time;
    private readonly SchedulingOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _hostStopping;
    private readonly ITimer _deadline;
    private readonly Task _renewing;
    private readonly Lock _lock = new();
    private long _renewedAt;
    private StopCause _cause;

    public RunHolder(
        RunLease lease, RunLedger ledger, TimeProvider time, SchedulingOptions options, ILogger logger, CancellationToken hostStopping)
    {
        Lease = lease;
        _ledger = ledger;
        _time = time;
        _options = options;
        _logger = logger;
        _renewedAt = lease.RenewedAt;
        Token = _stop.Token;
        _deadline = time.CreateTimer(_ => OnDeadline(), null, Remaining, Timeout.InfiniteTimeSpan);
        _hostStopping = hostStopping.Register(() => Stop(StopCause.HostStopping));
        _renewing = RenewAsync();
    }

    public RunLease Lease { get; }

    public CancellationToken Token { get; }

    /// <summary>Who wanted it to end; null when nobody did.</summary>
    public string? CancelRequestedBy { get; private set; }

    public StopCause Cause
    {
        get
        {
            lock (_lock)
            {
                return _cause;
            }
        }
    }

    /// <summary>By the clock, not by a flag: also right when this thread was the one that did not run for a minute.</summary>
    public bool IsHeld => Cause != StopCause.LeaseLost && Remaining > TimeSpan.Zero;

    private TimeSpan Remaining
    {
        get
        {
            var left = _options.LeaseTime - _options.LeaseSafety - _time.GetElapsedTime(Interlocked.Read(ref _renewedAt));
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public void RequestCancel(string actor)
    {
        CancelRequestedBy ??= actor;
        Stop(StopCause.CancelRequested);
    }

    /// <summary>A write of ours matched no row: somebody else has the run.</summary>
    public void OnLost()
    {
        Log.LeaseLost(_logger, Lease.RunId, Lease.Epoch);
        Stop(StopCause.LeaseLost);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _hostStopping.DisposeAsync();
        await _renewing;
        await _deadline.DisposeAsync();
        _ended.Dispose();
        _stop.Dispose();
    }

    private async Task RenewAsync()
    {
        using var timer = new PeriodicTimer(_options.RenewEvery, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                await RenewOnceAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private async Task RenewOnceAsync()
    {
        var before = _time.GetTimestamp();
        try
        {
            if (!await _ledger.RenewAsync(Lease, _ended.Token))
            {
                OnLost();
                return;
            }

            Interlocked.Exchange(ref _renewedAt, before);
            _deadline.Change(Remaining, Timeout.InfiniteTimeSpan);
        }
        catch (Exception e) when (DatabaseFailure.Is(e) || e is InvalidOperationException)
        {
            // Not renewed: the deadline stands, the next tick tries again.
            Log.LedgerUnreachable(_logger, e, Lease.RunId);
        }
    }

    private void OnDeadline()
    {
        if (Remaining == TimeSpan.Zero)
        {
            OnLost();
            return;
        }

        _deadline.Change(Remaining, Timeout.InfiniteTimeSpan);
    }

    private void Stop(StopCause cause)
    {
        lock (_lock)
        {
            if (cause <= _cause)
            {
                return;
            }

            _cause = cause;
        }

        // Not under the lock: what is registered on the token may ask for IsHeld.
        if (!_ended.IsCancellationRequested)
        {
            _stop.Cancel();
        }
    }
}
