using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.TestKit.Servers;

/// <summary>Where a receiver stops answering.</summary>
public enum SmtpSilence
{
    Never,
    OnConnect,
    AfterData,
}

/// <summary>How a private mail server behaves.</summary>
public sealed record SmtpReceiverOptions
{
    public ConnectionSecurity Security { get; init; }

    /// <summary>User and password that have to be given; null: nobody is asked.</summary>
    public (string User, string Password)? Login { get; init; }

    /// <summary>Recipients answered with 550.</summary>
    public IReadOnlyList<string> Refuses { get; init; } = [];

    /// <summary>451 for each recipient's first try.</summary>
    public bool Greylists { get; init; }

    public SmtpSilence Silence { get; init; }

    /// <summary>The only name on the certificate; null: localhost and 127.0.0.1.</summary>
    public string? CertificateName { get; init; }
}

/// <summary>One mail as it arrived.</summary>
/// <param name="Login">The user who had logged in; null for nobody.</param>
/// <param name="TlsVersion">Null when it came unencrypted.</param>
/// <param name="Octets">The message, lines ending with CR LF.</param>
public sealed record ReceivedMail(string From, IReadOnlyList<string> To, string? Login, string? TlsVersion, byte[] Octets);

/// <summary>
/// A private mail server on a free loopback port that keeps each mail in a temporary folder, which disappears with it.
/// Debian package: python3-aiosmtpd.
/// </summary>
public sealed class SmtpReceiver : IAsyncDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly SmtpReceiverOptions _options;
    private readonly string _home = Directory.CreateTempSubdirectory("aj-smtp-").FullName;
    private Process? _process;

    private SmtpReceiver(SmtpReceiverOptions options)
    {
        _options = options;
    }

    /// <summary>Null when a receiver can be started here, otherwise what is missing.</summary>
    public static string? Missing => File.Exists(Python) && Directory.Exists("/usr/lib/python3/dist-packages/aiosmtpd")
        ? null
        : "The mail receiver is not installed: apt-get install --no-install-recommends python3-aiosmtpd";

    public string Host => "127.0.0.1";

    /// <summary>The same after <see cref="StartAgainAsync"/>.</summary>
    public int Port { get; private set; }

    /// <summary>What a client has to trust; a certificate of its own for localhost and 127.0.0.1.</summary>
    public string CertificatePem { get; private set; } = "";

    /// <summary>All mails so far, in the order of their arrival.</summary>
    public IReadOnlyList<ReceivedMail> Mails =>
        [.. Directory.GetFiles(MailDirectory, "*.mail").Order(StringComparer.Ordinal).Select(Read)];

    private string MailDirectory => Path.Combine(_home, "mails");

    /// <exception cref="InvalidOperationException">The server is missing or did not come up; the message says why.</exception>
    public static async Task<SmtpReceiver> StartAsync(SmtpReceiverOptions? options = null)
    {
        if (Missing is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        var receiver = new SmtpReceiver(options ?? new SmtpReceiverOptions());
        receiver.Prepare();
        await receiver.StartProcessAsync();
        return receiver;
    }

    /// <summary>Ends the server; its port refuses connections from here on. Mails stay.</summary>
    public async Task StopAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>Starts a stopped server again on the port it had.</summary>
    public Task StartAgainAsync() => StartProcessAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_home, recursive: true);
    }

    private void Prepare()
    {
        Directory.CreateDirectory(MailDirectory);
        using var script = typeof(SmtpReceiver).Assembly.GetManifestResourceStream("smtp-receiver.py")!;
        using (var file = File.Create(Path.Combine(_home, "receiver.py")))
        {
            script.CopyTo(file);
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(_options.CertificateName ?? "localhost");
        if (_options.CertificateName is null)
        {
            names.AddIpAddress(IPAddress.Loopback);
        }

        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        CertificatePem = certificate.ExportCertificatePem();
        File.WriteAllText(Path.Combine(_home, "certificate.pem"), CertificatePem);
        File.WriteAllText(Path.Combine(_home, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private async Task StartProcessAsync()
    {
        var start = new ProcessStartInfo(Python, Arguments())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        var errors = _process.StandardError.ReadToEndAsync();
        var ready = await _process.StandardOutput.ReadLineAsync();
        if (ready?.Split(' ') is not ["ready", var port])
        {
            throw new InvalidOperationException($"The mail receiver did not start: {await errors}");
        }

        Port = int.Parse(port, CultureInfo.InvariantCulture);
    }

    private List<string> Arguments()
    {
        List<string> arguments =
        [
            Path.Combine(_home, "receiver.py"), "--dir", MailDirectory, "--port", Port.ToString(CultureInfo.InvariantCulture),
            "--certificate", Path.Combine(_home, "certificate.pem"), "--key", Path.Combine(_home, "key.pem"),
            "--security", _options.Security switch { ConnectionSecurity.StartTls => "starttls", ConnectionSecurity.Tls => "tls", _ => "none" },
        ];
        foreach (var address in _options.Refuses)
        {
            arguments.AddRange(["--refuse", address]);
        }

        if (_options.Login is { } login)
        {
            arguments.AddRange(["--login", $"{login.User}:{login.Password}"]);
        }

        if (_options.Greylists)
        {
            arguments.Add("--greylist");
        }

        if (_options.Silence != SmtpSilence.Never)
        {
            arguments.AddRange(["--hang", _options.Silence == SmtpSilence.OnConnect ? "connect" : "data"]);
        }

        return arguments;
    }

    private static ReceivedMail Read(string path)
    {
        var octets = File.ReadAllBytes(path);
        var end = Array.IndexOf(octets, (byte)'\n');
        using var about = JsonDocument.Parse(octets.AsMemory(0, end));
        var root = about.RootElement;
        return new ReceivedMail(
            root.GetProperty("from").GetString() ?? "",
            [.. root.GetProperty("to").EnumerateArray().Select(address => address.GetString()!)],
            root.GetProperty("login").GetString(),
            root.GetProperty("tls").GetString(),
            octets[(end + 1)..]);
    }
}
