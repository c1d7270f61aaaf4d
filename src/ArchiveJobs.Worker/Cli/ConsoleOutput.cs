namespace ArchiveJobs.Worker.Cli;

/// <summary>Writes to the console of this process.</summary>
internal sealed class ConsoleOutput : ICommandOutput, IDisposable
{
    private static readonly TimeSpan LineSpacing = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly bool _isJson;
    private readonly TimeProvider _time;
    private readonly TextWriter _people;
    private readonly Stream _octets;
    private readonly bool _hasBar;
    private TerminalBar? _bar;
    private long _lastLine;

    public ConsoleOutput(bool isJson, TimeProvider time)
    {
        _isJson = isJson;
        _time = time;
        _people = isJson ? Console.Error : Console.Out;
        _octets = Console.OpenStandardOutput();
        _hasBar = !(isJson ? Console.IsErrorRedirected : Console.IsOutputRedirected);
        _lastLine = time.GetTimestamp();
    }

    public void Line(string text)
    {
        lock (_lock)
        {
            Write(_people, text);
        }
    }

    public void Error(string text)
    {
        lock (_lock)
        {
            Write(Console.Error, text);
        }
    }

    public void Json(string document)
    {
        if (!_isJson)
        {
            return;
        }

        lock (_lock)
        {
            Console.Out.WriteLine(document);
        }
    }

    public void Octets(ReadOnlySpan<byte> octets)
    {
        lock (_lock)
        {
            _octets.Write(octets);
        }
    }

    public void Progress(ProgressStep step)
    {
        lock (_lock)
        {
            if (_hasBar)
            {
                _bar ??= new TerminalBar(_isJson);
                _bar.Show(step);
                return;
            }

            if (step.Done > 0 && _time.GetElapsedTime(_lastLine) >= LineSpacing)
            {
                _lastLine = _time.GetTimestamp();
                Write(_people, PlainLine(step));
            }
        }
    }

    public void EndProgress()
    {
        lock (_lock)
        {
            _bar?.Dispose();
            _bar = null;
        }
    }

    public void Dispose()
    {
        EndProgress();
        _octets.Dispose();
    }

    private string PlainLine(ProgressStep step)
    {
        var numbers = step.Total is { } total ? $"{Numbers.Count(step.Done)} of {Numbers.Count(total)}" : Numbers.Count(step.Done);
        var detail = step.Detail.Length == 0 ? "" : ", " + step.Detail;
        return $"{_time.GetLocalNow():HH:mm:ss}  {step.Label}  {numbers}{detail}";
    }

    private void Write(TextWriter writer, string text)
    {
        var printable = Printable.Of(text);
        if (_bar is null)
        {
            writer.WriteLine(printable);
        }
        else
        {
            _bar.WriteAbove(printable);
        }
    }
}
