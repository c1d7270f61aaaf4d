using System.Globalization;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Scheduling.Execution;

/// <summary>The complete log of one run on this host, appended to by every attempt. Not thread-safe.</summary>
internal sealed class RunLogFile : IDisposable
{
    private readonly string _path;
    private StreamWriter? _writer;

    public RunLogFile(string dataDirectory, long runId)
    {
        _path = PathOf(dataDirectory, runId);
    }

    public static string PathOf(string dataDirectory, long runId) =>
        Path.Combine(dataDirectory, "logs", "runs", runId.ToString(CultureInfo.InvariantCulture) + ".log");

    /// <exception cref="IOException">The disk is full or the directory is gone.</exception>
    public void Append(IEnumerable<(DateTimeOffset At, WorkLogLevel Level, string Line)> lines)
    {
        foreach (var (at, level, line) in lines)
        {
            _writer ??= Open();
            _writer.Write(at.ToString("O", CultureInfo.InvariantCulture));
            _writer.Write(level switch { WorkLogLevel.Error => " error ", WorkLogLevel.Warning => " warn  ", _ => " info  " });
            _writer.WriteLine(line);
        }

        _writer?.Flush();
    }

    public void Dispose() => _writer?.Dispose();

    private StreamWriter Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new StreamWriter(_path, options);
    }
}
