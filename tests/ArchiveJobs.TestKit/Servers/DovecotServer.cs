using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace ArchiveJobs.TestKit.Servers;

/// <summary>How a private Dovecot is set up.</summary>
public sealed record DovecotOptions
{
    /// <summary>What the server shows; null: a new one from an authority of its own for localhost and 127.0.0.1.</summary>
    public TestCertificate? Certificate { get; init; }

    /// <summary>False: neither STARTTLS nor TLS is offered.</summary>
    public bool OffersTls { get; init; } = true;

    /// <summary>An existing tree of Maildir++ mailboxes, one folder a user, used in place; null: a new, empty one. Give a copy: clients may change it.</summary>
    public string? MailTree { get; init; }

    /// <summary>Fewer looks at the disk, for measurements: files that others remove are noticed late.</summary>
    public bool TrustsItsIndexes { get; init; }
}

/// <summary>
/// A private Dovecot on free loopback ports, with a mail tree, indexes and logs under one temporary folder that disappears with it.
/// Any user with a mailbox may log in with <see cref="Password"/>. Debian packages: dovecot-imapd dovecot-pop3d.
/// </summary>
public sealed class DovecotServer : IAsyncDisposable
{
    public const string Password = "secret";
    private const int MailUserId = 5000; // No entry in passwd is needed; the server refuses to read mail as root.

    private readonly DovecotOptions _options;
    private readonly string _home;
    private Process? _process;
    private int _delivered;

    private DovecotServer(DovecotOptions options)
    {
        _options = options;
        _home = Directory.CreateTempSubdirectory("ajd-").FullName;
        MailTree = options.MailTree ?? Path.Combine(_home, "mail");
        Certificate = options.Certificate ?? TestCertificates.Issue();
        var ports = FreePorts(4);
        (ImapPort, ImapsPort, Pop3Port, Pop3sPort) = (ports[0], ports[1], ports[2], ports[3]);
    }

    /// <summary>Null when a server can be started here, otherwise what is missing.</summary>
    public static string? Missing => Binary is not null && File.Exists("/usr/lib/dovecot/pop3")
        ? null
        : "Dovecot is not installed: apt-get install --no-install-recommends dovecot-imapd dovecot-pop3d";

    /// <summary>True when a missing server is a failure, not a reason to skip.</summary>
    public static bool IsRequired => Environment.GetEnvironmentVariable("ARCHIVEJOBS_REQUIRE_SERVERS") == "1";

    public string Host => "127.0.0.1";

    public int ImapPort { get; }

    public int ImapsPort { get; }

    public int Pop3Port { get; }

    public int Pop3sPort { get; }

    public TestCertificate Certificate { get; }

    /// <summary>PEM file of the authority that a client has to trust.</summary>
    public string AuthorityPemPath => Path.Combine(_home, "authority.pem");

    public string MailTree { get; }

    /// <summary>Users with a mailbox, in ordinal order.</summary>
    public IReadOnlyList<string> Users =>
        [.. Directory.GetDirectories(MailTree).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static string? Binary => new[] { "/usr/sbin/dovecot", "/usr/local/sbin/dovecot" }.FirstOrDefault(File.Exists);

    private static bool IsRoot => Environment.IsPrivilegedProcess;

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">Dovecot is missing or did not come up; the message has its log.</exception>
    public static async Task<DovecotServer> StartAsync(DovecotOptions? options = null)
    {
        var server = new DovecotServer(options ?? new DovecotOptions());
        try
        {
            server.Prepare();
            await server.StartProcessAsync();
            return server;
        }
        catch (InvalidOperationException)
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes an empty mailbox.</summary>
    public void AddUser(string name) => AddMaildir(Path.Combine(MailTree, name));

    /// <summary>Makes an empty folder.</summary>
    /// <param name="folder">Names joined by '/'; INBOX is the mailbox itself.</param>
    public void AddFolder(string user, string folder) => AddMaildir(FolderPath(user, folder));

    /// <summary>Puts one message into a folder, which is made when it is missing.</summary>
    /// <returns>The path of the file.</returns>
    public string Deliver(string user, string folder, ReadOnlySpan<byte> octets, string maildirFlags = "", DateTimeOffset? received = null)
    {
        var maildir = FolderPath(user, folder);
        AddMaildir(maildir);
        var number = Interlocked.Increment(ref _delivered);
        var name = $"{1_700_000_000 + number}.M{number}P1.test";
        var temporary = Path.Combine(maildir, "tmp", name);
        File.WriteAllBytes(temporary, octets);
        GiveToMailUser(temporary);
        if (received is { } date)
        {
            File.SetLastWriteTimeUtc(temporary, date.UtcDateTime);
        }

        var path = maildirFlags.Length == 0 ? Path.Combine(maildir, "new", name) : Path.Combine(maildir, "cur", $"{name}:2,{maildirFlags}");
        File.Move(temporary, path);
        return path;
    }

    /// <summary>The folder on disk; names are written in modified UTF-7.</summary>
    public string FolderPath(string user, string folder) => folder.Equals("INBOX", StringComparison.OrdinalIgnoreCase)
        ? Path.Combine(MailTree, user)
        : Path.Combine(MailTree, user, "." + string.Join('.', folder.Split('/').Select(ModifiedUtf7.Encode)));

    /// <summary>Ends the server and every connection in good order.</summary>
    public Task StopAsync() => EndAsync("TERM");

    /// <summary>Ends server and sessions at once, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>Stops the server and starts it again on the same ports.</summary>
    /// <param name="keepState">False: indexes and UID lists are dropped, so every folder gets another UIDVALIDITY.</param>
    public async Task StartAgainAsync(bool keepState = true)
    {
        await StopAsync();
        if (!keepState)
        {
            await WaitForAnotherSecondAsync();
            Directory.Delete(Path.Combine(_home, "index"), recursive: true);
            Directory.Delete(Path.Combine(_home, "control"), recursive: true);
        }

        Prepare();
        await StartProcessAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_home, recursive: true);
    }

    // UIDVALIDITY is the second of its making: within one second it would be the old one again.
    private static async Task WaitForAnotherSecondAsync()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        while (TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() == now)
        {
            await Task.Delay(20);
        }
    }

    private void Prepare()
    {
        if (Missing is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Dovecot runs on Unix only.");
        }

        File.SetUnixFileMode(_home, (UnixFileMode)0b111_101_101);
        foreach (var folder in new[] { "run", "index", "control", "log", "user" })
        {
            Directory.CreateDirectory(Path.Combine(_home, folder));
        }

        Directory.CreateDirectory(MailTree);
        File.WriteAllText(Path.Combine(_home, "server.pem"), Certificate.Pem);
        File.WriteAllText(Path.Combine(_home, "key.pem"), Certificate.KeyPem);
        File.SetUnixFileMode(Path.Combine(_home, "key.pem"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(AuthorityPemPath, Certificate.AuthorityPem);
        File.WriteAllText(Path.Combine(_home, "dovecot.conf"), DovecotConfiguration.Text(this, _options, _home, IsRoot, MailUserId));
        foreach (var folder in new[] { MailTree, Path.Combine(_home, "index"), Path.Combine(_home, "control"), Path.Combine(_home, "user") })
        {
            GiveTreeToMailUser(folder);
        }
    }

    private async Task StartProcessAsync()
    {
        var start = new ProcessStartInfo(Binary!, ["-F", "-c", Path.Combine(_home, "dovecot.conf")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        _process = Process.Start(start)!;
        var output = _process.StandardError.ReadToEndAsync();
        _process.BeginOutputReadLine();
        foreach (var port in new[] { ImapPort, Pop3Port })
        {
            while (!await AnswersAsync(port))
            {
                if (_process.HasExited)
                {
                    throw new InvalidOperationException($"Dovecot did not start: {await output}");
                }

                await Task.Delay(20);
            }
        }
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return await client.GetStream().ReadAsync(new byte[1]) == 1;
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private async Task EndAsync(string signal)
    {
        if (_process is not { } process)
        {
            return;
        }

        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
            await kill.WaitForExitAsync();
        }

        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    private void AddMaildir(string maildir)
    {
        foreach (var folder in new[] { maildir, Path.Combine(maildir, "cur"), Path.Combine(maildir, "new"), Path.Combine(maildir, "tmp") })
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                GiveToMailUser(folder);
            }
        }
    }

    private static void GiveTreeToMailUser(string folder)
    {
        GiveToMailUser(folder);
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            GiveToMailUser(entry);
        }
    }

    private static void GiveToMailUser(string path)
    {
        if (IsRoot && ChangeOwner(Encoding.UTF8.GetBytes(path + '\0'), MailUserId, MailUserId) != 0)
        {
            throw new IOException($"chown {path}: error {Marshal.GetLastPInvokeError()}");
        }
    }

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }

    [DllImport("libc", EntryPoint = "chown", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ChangeOwner(byte[] path, int owner, int group);
}
