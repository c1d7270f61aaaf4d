using Spectre.Console;

namespace ArchiveJobs.Worker.Cli;

/// <summary>One progress bar at the foot of the terminal; lines are written above it.</summary>
internal sealed class TerminalBar : IDisposable
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ProgressTask> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IAnsiConsole _console;
    private readonly Task _drawing;

    public TerminalBar(bool onStandardError)
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(onStandardError ? Console.Error : Console.Out) });
        _drawing = _console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async progress =>
            {
                _started.SetResult(progress.AddTask("", autoStart: true, maxValue: 1));
                await _end.Task;
            });
    }

    public void Show(ProgressStep step)
    {
        if (!_started.Task.IsCompletedSuccessfully)
        {
            return;
        }

        var task = _started.Task.Result;
        var numbers = step.Total is { } total ? $"{Numbers.Count(step.Done)} of {Numbers.Count(total)}" : Numbers.Count(step.Done);
        task.Description = Markup.Escape(Printable.Of($"{step.Label}  {numbers}{(step.Detail.Length == 0 ? "" : ", " + step.Detail)}"));
        task.IsIndeterminate = step.Total is null;
        task.MaxValue = Math.Max(1, step.Total ?? 1);
        task.Value = step.Total is null ? 0 : step.Done;
    }

    public void WriteAbove(string text) => _console.WriteLine(text);

    public void Dispose()
    {
        _end.TrySetResult();

        // The bar draws on a thread of its own; it has to be gone before the next line is written.
        ((IAsyncResult)_drawing).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(2));
    }
}
