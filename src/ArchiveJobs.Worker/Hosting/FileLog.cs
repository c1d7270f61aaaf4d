using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Warnings and errors of commands, appended to <c>logs/commands.log</c>: the console belongs to the command.</summary>
internal sealed class FileLog(DataDirectory data) : ILoggerProvider
{
    private readonly Lock _lock = new();
    private StreamWriter? _file;

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose() => _file?.Dispose();

    private void Write(string line)
    {
        lock (_lock)
        {
            _file ??= new StreamWriter(new FileStream(Path.Combine(data.Logs, "commands.log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
            _file.WriteLine(line);
        }
    }

    private sealed class Logger(FileLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Write($"{Numbers.Utc(TimeProvider.System.GetUtcNow())} {logLevel} {category}[{eventId.Id}] {formatter(state, exception)}{(exception is null ? "" : "\n" + exception)}");
            }
        }
    }
}
