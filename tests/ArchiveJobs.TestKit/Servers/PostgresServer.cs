using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ArchiveJobs.TestKit.Servers;

/// <summary>
/// A private PostgreSQL on a free loopback port, with its files under one temporary folder that disappears with it. Nothing in it is synced to the disk.
/// Debian package: postgresql. It refuses to run as root: then its user is postgres.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string User = "archivejobs";
    private const int Interrupt = 2;   // SIGINT: "fast shutdown".

    private readonly string _home = Directory.CreateTempSubdirectory("ajp-").FullName;
    private Process _process;

    private PostgresServer()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

                if (Environment.UserName == "root")
        {
            using var owner = Process.Start("chown", ["postgres", _home]);
            owner.WaitForExit();
        }

        using (var initialize = Start("initdb", "-D", Data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"))
        {
            var said = initialize.StandardError.ReadToEnd();
            initialize.WaitForExit();
            if (initialize.ExitCode != 0)
            {
                throw new InvalidOperationException($"initdb failed: {said}");
            }
        }

        _process = StartServer();
    }

    /// <summary>Null when a server can be started here, otherwise what is missing.</summary>
    public static string? Missing => Binaries is null ? "PostgreSQL is not installed: apt-get install --no-install-recommends postgresql" : null;

    public int Port { get; }

    /// <summary>As Npgsql reads it.</summary>
    public string ConnectionTo(string database) => $"Host=127.0.0.1;Port={Port.ToString(CultureInfo.InvariantCulture)};Username={User};Database={database}";

    private string Data => Path.Combine(_home, "data");

    private static string? Binaries => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => Path.Combine(version, "bin")).FirstOrDefault(path => File.Exists(Path.Combine(path, "initdb")))
        : null;

    /// <summary>Started, and answers.</summary>
    public static async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresServer();
        await server.UntilItAnswersAsync();
        return server;
    }

    /// <summary>An empty database; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        using var create = Start("createdb", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, name);
        var said = await create.StandardError.ReadToEndAsync();
        await create.WaitForExitAsync();
        return create.ExitCode == 0 ? ConnectionTo(name) : throw new InvalidOperationException($"createdb failed: {said}");
    }

    /// <summary>As an administrator stops it: who is connected is told and cut off.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            _ = Kill(_process.Id, Interrupt);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>After <see cref="StopAsync"/>: the same databases under the same port.</summary>
    public async Task StartAgainAsync()
    {
        _process = StartServer();
        await UntilItAnswersAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_home, recursive: true);
    }

    private Process StartServer() => Start(
        "postgres", "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
        "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off", "-c", "max_connections=400", "-c", "shared_buffers=64MB", "-c", "autovacuum=off");

    private async Task UntilItAnswersAsync()
    {
        while (!await AnswersAsync())
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"PostgreSQL did not start: {await _process.StandardError.ReadToEndAsync()}");
            }

            await Task.Delay(20);
        }

        // Nobody reads what it says from here on; a full pipe would stop it.
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    private async Task<bool> AnswersAsync()
    {
        using var ready = Start("pg_isready", "-q", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture));
        await ready.WaitForExitAsync();
        return ready.ExitCode == 0;
    }

    /// <summary>setpriv becomes the program itself: its process id is the server's.</summary>
    private static Process Start(string program, params string[] arguments)
    {
        var path = Path.Combine(Binaries!, program);
        var start = Environment.UserName == "root"
            ? new ProcessStartInfo("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--clear-groups", path, .. arguments])
            : new ProcessStartInfo(path, arguments);
        start.RedirectStandardError = true;
        start.WorkingDirectory = Path.GetTempPath();
        if (program == "initdb")
        {
            start.RedirectStandardOutput = true;
        }

        var process = Process.Start(start)!;
        if (program == "initdb")
        {
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
        }

        return process;
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
