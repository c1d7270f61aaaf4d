using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace ArchiveJobs.EndToEnd.Tests;

/// <summary>A data directory of its own and the built program, started as a person starts it.</summary>
public sealed partial class Installation : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly List<Process> _hosts = [];

    public Installation()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("archivejobs-e2e-").FullName;
        Data = Path.Combine(Directory, "data");
    }

    public static string Root { get; } = FindRoot();

    public static string Samples => Path.Combine(Root, "samples");

    /// <summary>Working directory of every command.</summary>
    public string Directory { get; }

    public string Data { get; }

    /// <summary>Folder that paths over HTTP may lie in, beside those that every installation has.</summary>
    public string Allowed => Path.Combine(Directory, "allowed");

    /// <summary>Environment of what is started from now on, beside what every command of an installation has.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    public string HostFile => Path.Combine(Data, "run", "host.json");

    public Task<Answer> RunAsync(params string[] words) => RunAsync(words, null);

    /// <param name="whileRunning">Done with the process once it has been started, for example a signal.</param>
    /// <param name="input">Its standard input.</param>
    public async Task<Answer> RunAsync(string[] words, Func<Process, Task>? whileRunning, string input = "")
    {
        using var process = Start(words);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (whileRunning is not null)
        {
            await whileRunning(process);
        }

        using var late = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"archivejobs {string.Join(' ', words)} did not end.\n{await output}\n{await error}");
        }

        return new Answer(process.ExitCode, await output, await error);
    }

    /// <summary>Runs and expects the exit code 0.</summary>
    public async Task<Answer> MustAsync(params string[] words)
    {
        var answer = await RunAsync(words);
        Assert.True(answer.ExitCode == 0, $"archivejobs {string.Join(' ', words)}: exit code {answer.ExitCode}\n{answer.Output}\n{answer.Error}");
        return answer;
    }

    public async Task<JsonElement> MustJsonAsync(params string[] words) => (await MustAsync([.. words, "--json"])).Json;

    /// <summary>Starts a host and waits until it is ready.</summary>
    /// <param name="options">None: without https, whose usual port belongs to one host of a machine.</param>
    public async Task<(Process Process, Uri Url)> ServeAsync(params string[] options)
    {
        var process = Start(["serve", "--urls", "http://127.0.0.1:0", .. options.Length > 0 ? options : ["--https", "off"]]);
        _hosts.Add(process);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var started = Stopwatch.GetTimestamp();
        while (!File.Exists(HostFile))
        {
            Assert.True(!process.HasExited && Stopwatch.GetElapsedTime(started) < Patience, "The host did not become ready.");
            await Task.Delay(50);
        }

        using var address = JsonDocument.Parse(await File.ReadAllTextAsync(HostFile));
        return (process, new Uri(address.RootElement.GetProperty("url").GetString()!));
    }

    /// <summary>Ends the hosts in good order.</summary>
    public async Task StopHostsAsync()
    {
        const int terminate = 15;
        foreach (var host in _hosts.Where(host => !host.HasExited))
        {
            Signal(host, terminate);
            await host.WaitForExitAsync();
        }
    }

    public static void Signal(Process process, int signal) => Assert.Equal(0, Kill(process.Id, signal));

    /// <summary>Waits for something that the program writes.</summary>
    public static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    /// <inheritdoc cref="UntilAsync(Func{bool})"/>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, "Waited in vain.");
            await Task.Delay(50);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            if (!host.HasExited)
            {
                host.Kill();
                await host.WaitForExitAsync();
            }

            host.Dispose();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private Process Start(string[] words)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var start = new ProcessStartInfo(Path.Combine(Root, "artifacts", "bin", "ArchiveJobs.Worker", configuration, "archivejobs"), words)
        {
            WorkingDirectory = Directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["ARCHIVEJOBS_DATA"] = Data;
        start.Environment["ARCHIVEJOBS_ALLOWED_ROOTS"] = Allowed;
        foreach (var (name, value) in Settings)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ArchiveJobs.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("ArchiveJobs.sln lies in no folder above the tests.");
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

/// <summary>How a command ended and what it wrote.</summary>
public sealed record Answer(int ExitCode, string Output, string Error)
{
    /// <summary>Standard output, which must be one JSON document.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Output);
            return document.RootElement.Clone();
        }
    }
}
