using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Scheduling.Ledger;
using ArchiveJobs.Scheduling.Runs;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Scheduling.Execution;

/// <summary>
/// The run as its job sees it. Reports stay in memory and go to watchers at once; a loop carries them to the ledger and the log file every 2 s.
/// </summary>
internal sealed class LiveRunContext : RunContext, IAsyncDisposable
{
    private const int MaxItems = 1000;
    private const int MaxLine = 2000;
    private static readonly TimeSpan PublishEvery = TimeSpan.FromMilliseconds(250);

    private readonly JobRun _run;
    private readonly RunHolder _holder;
    private readonly RunLedger _ledger;
    private readonly RunHub _hub;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RateMeter _meter;
    private readonly RunLogFile _file;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _saving;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _oneSave = new(1, 1);
    private List<(DateTimeOffset At, WorkLogLevel Level, string Line)> _lines = [];
    private List<JobRunItem> _items = [];
    private int _itemCount;
    private RunProgress? _progress;
    private bool _isProgressDirty;
    private string? _numbers;
    private bool _areNumbersDirty;
    private long _publishedAt;
    private string? _checkpoint;

    public LiveRunContext(
        JobRun run, RunHolder holder, RunLedger ledger, RunHub hub, TimeProvider time, SchedulingOptions options, ILogger logger)
    {
        _run = run;
        _holder = holder;
        _ledger = ledger;
        _hub = hub;
        _time = time;
        _logger = logger;
        _meter = new RateMeter(time);
        _file = new RunLogFile(options.DataDirectory, run.Id);
        _checkpoint = run.CheckpointJson;
        StartedAt = run.StartedAt ?? time.GetUtcNow();
        _saving = SaveLoopAsync(options.SaveEvery);
    }

    public override long RunId => _run.Id;

    public override Guid RunKey => _run.Key;

    public override int Attempt => (int)_holder.Lease.Epoch;

    public override bool IsByHand => _run.IsByHand;

    public override DateTimeOffset StartedAt { get; }

    public override string? Checkpoint => _checkpoint;

    public override bool IsHeld => _holder.IsHeld;

    /// <summary>Lines logged so far.</summary>
    public int Lines { get; private set; }

    /// <summary>The latest numbers the job reported.</summary>
    public string? Numbers => _numbers;

    public override async Task CheckpointAsync(string json, CancellationToken cancellationToken)
    {
        if (!await _ledger.CheckpointAsync(_holder.Lease, json, cancellationToken))
        {
            _holder.OnLost();
            throw new ArchiveException(new Situation(SituationKeys.RunInterrupted, ErrorClass.LeaseLost), $"Run {RunId}: the lease is lost.");
        }

        _checkpoint = json;
    }

    public override void ReportNumbers(string json)
    {
        lock (_lock)
        {
            _numbers = json;
            _areNumbersDirty = true;
        }
    }

    public override void ReportItem(Situation situation)
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            if (_itemCount++ < MaxItems)
            {
                _items.Add(new JobRunItem { RunId = RunId, At = now, Situation = situation.Key, SituationJson = SituationJson.Write(situation) });
            }
        }

        _hub.Publish(new RunItemReported(RunId, now, situation));
    }

    public override void Report(string phase, long done, long? total, long doneBytes)
    {
        RunProgressed? update = null;
        lock (_lock)
        {
            var isNewPhase = _progress?.Phase != phase;
            _progress = _meter.Next(phase, done, total, doneBytes);
            _isProgressDirty = true;
            if (isNewPhase || done == total || _time.GetElapsedTime(_publishedAt) >= PublishEvery)
            {
                _publishedAt = _time.GetTimestamp();
                update = new RunProgressed(RunId, _time.GetUtcNow(), _progress, _numbers);
            }
        }

        if (update is not null)
        {
            _hub.Publish(update);
        }
    }

    public override void Log(WorkLogLevel level, string line)
    {
        var clean = line.Length > MaxLine ? line[..MaxLine] + "…" : line;
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            _lines.Add((now, level, clean));
            Lines++;
        }

        _hub.Publish(new RunLogged(RunId, now, level, clean));
    }

    /// <summary>Carries everything reported so far to the ledger and the log file. Nothing is written once the lease is lost.</summary>
    public async Task SaveAsync(CancellationToken cancellationToken)
    {
        await _oneSave.WaitAsync(cancellationToken);
        try
        {
            var lines = Take(out var state);
            AppendToFile(lines);
            if (!state.IsEmpty && !await _ledger.SaveAsync(_holder.Lease, state, cancellationToken))
            {
                _holder.OnLost();
            }
        }
        finally
        {
            _oneSave.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _saving;
        _file.Dispose();
        _ended.Dispose();
        _oneSave.Dispose();
    }

    private List<(DateTimeOffset At, WorkLogLevel Level, string Line)> Take(out HeldState state)
    {
        lock (_lock)
        {
            var lines = _lines;
            var items = _items;
            _lines = [];
            _items = [];
            var progress = _isProgressDirty ? JsonSerializer.Serialize(_progress!, SchedulingJson.Default.RunProgress) : null;
            var numbers = _areNumbersDirty ? _numbers : null;
            _isProgressDirty = _areNumbersDirty = false;
            state = new HeldState(progress, numbers, lines.ConvertAll(ToEvent), items);
            return lines;
        }
    }

    private JobRunEvent ToEvent((DateTimeOffset At, WorkLogLevel Level, string Line) line) => new()
    {
        RunId = RunId, At = line.At, Kind = RunEventKind.Log, Level = (int)line.Level, Text = line.Line,
    };

    private void AppendToFile(List<(DateTimeOffset At, WorkLogLevel Level, string Line)> lines)
    {
        try
        {
            _file.Append(lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk must not end the run over its log; the ledger has the newest lines.
            Scheduling.Log.LedgerUnreachable(_logger, e, RunId);
        }
    }

    private async Task SaveLoopAsync(TimeSpan every)
    {
        using var timer = new PeriodicTimer(every, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_ended.Token))
            {
                await SaveOnceAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The run has ended.
        }
    }

    private async Task SaveOnceAsync()
    {
        try
        {
            await SaveAsync(_ended.Token);
            var check = await _ledger.CheckAsync(_holder.Lease, _ended.Token);
            if (!check.IsHeld)
            {
                _holder.OnLost();
            }
            else if (check.CancelRequestedBy is { } person)
            {
                _holder.RequestCancel(person);
            }
        }
        catch (Exception e) when (DatabaseFailure.Is(e))
        {
            // What was taken is lost from the ledger's window, not from the log file; the run goes on.
            Scheduling.Log.LedgerUnreachable(_logger, e, RunId);
        }
    }
}
