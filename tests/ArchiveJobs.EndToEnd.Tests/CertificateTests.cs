using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using ArchiveJobs.TestKit.Servers;

namespace ArchiveJobs.EndToEnd.Tests;

public sealed class CertificateTests : IAsyncLifetime
{
    private readonly Installation _installation = new();

    public async ValueTask InitializeAsync() => await _installation.MustAsync("store", "create", "2026");

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task A_host_makes_its_certificate_and_shows_each_new_one_without_a_restart()
    {
        var host = await ServeAsync("archive.example.jp");
        var made = await _installation.MustJsonAsync("certificate", "show");
        var seenFirst = await SeeAsync();
        var other = TestCertificates.Issue(["archive.example.jp"]);
        File.WriteAllText(In("own.pem"), other.Pem);
        File.WriteAllText(In("own.key"), other.KeyPem);

        var imported = await _installation.MustJsonAsync("certificate", "import", "own.pem", "--key", "own.key");
        var seenSecond = await SeeAsync();
        await _installation.MustAsync("certificate", "undo");
        var seenThird = await SeeAsync();

        Assert.Equal(["archive.example.jp", "localhost", "127.0.0.1", "::1"], made.GetProperty("names").EnumerateArray().Select(name => name.GetString()));
        Assert.True(made.GetProperty("selfSigned").GetBoolean());
        Assert.Equal(made.GetProperty("fingerprintSha256").GetString(), seenFirst);
        Assert.Equal(imported.GetProperty("fingerprintSha256").GetString(), seenSecond);
        Assert.NotEqual(seenFirst, seenSecond);
        Assert.Equal(seenFirst, seenThird);
        Assert.False(host.HasExited);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_installation.Data, "keys", "https.json")));
    }

    [Fact]
    public async Task Pages_are_served_over_https_with_cookies_for_it_alone_and_only_to_known_names()
    {
        await ServeAsync("archive.example.jp");
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown is not null };
        using var http = new HttpClient(handler) { BaseAddress = SecureUrl };
        using var named = new HttpRequestMessage(HttpMethod.Get, "/login") { Headers = { Host = "archive.example.jp" } };
        using var stranger = new HttpRequestMessage(HttpMethod.Get, "/login") { Headers = { Host = "evil.example" } };

        var page = await http.SendAsync(named);
        var refused = await http.SendAsync(stranger);

        Assert.Equal(System.Net.HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.All(page.Headers.GetValues("Set-Cookie"), cookie => Assert.Matches("(?i)^__Host-.*; secure", cookie));
    }

    [Fact]
    public async Task An_authority_answers_a_request_and_the_answer_is_imported_alone_with_its_issuer()
    {
        await ServeAsync("archive.example.jp");
        await _installation.MustAsync("certificate", "csr", "--output", "a.csr");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var root = new CertificateRequest("CN=Company", key, HashAlgorithmName.SHA256);
        root.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = root.CreateSelfSigned(now.AddDays(-2), now.AddDays(400));
        using var issued = CertificateRequest.LoadSigningRequestPem(
            await File.ReadAllTextAsync(In("a.csr")), HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions)
            .Create(authority, now.AddDays(-1), now.AddDays(90), [1, 2, 3]);
        await File.WriteAllTextAsync(In("issued.pem"), authority.ExportCertificatePem() + "\n" + issued.ExportCertificatePem());

        await _installation.MustAsync("certificate", "import", "issued.pem");
        using var handler = new HttpClientHandler { CheckCertificateRevocationList = false };
        handler.ServerCertificateCustomValidationCallback = (_, shown, chain, _) => IsTrusted(shown!, chain!, authority);
        using var http = new HttpClient(handler) { BaseAddress = SecureUrl };

        Assert.Equal("ready\n", await http.GetStringAsync(new Uri("/healthz/ready", UriKind.Relative)));
    }

    [Fact]
    public async Task What_is_exported_has_no_key_and_replaces_no_file()
    {
        await _installation.MustAsync("certificate", "create", "--name", "archive.example.jp", "--days", "90");

        await _installation.MustAsync("certificate", "export", "--output", "a.pem");
        await _installation.MustAsync("certificate", "export", "--output", "a.cer", "--format", "der");
        var again = await _installation.RunAsync("certificate", "export", "--output", "a.pem");
        await _installation.MustAsync("certificate", "export", "--output", "a.pem", "--force");

        Assert.Equal(2, again.ExitCode);
        Assert.DoesNotContain("KEY", await File.ReadAllTextAsync(In("a.pem")), StringComparison.Ordinal);
        using var der = X509CertificateLoader.LoadCertificate(await File.ReadAllBytesAsync(In("a.cer")));
        Assert.Equal(der.RawData, await File.ReadAllBytesAsync(In("a.cer")));   // Nothing beside the certificate.
        Assert.False(der.HasPrivateKey);
    }

    [Fact]
    public async Task Refused_imports_say_why_and_change_nothing()
    {
        var before = await _installation.MustJsonAsync("certificate", "create", "--name", "archive.example.jp");
        var other = TestCertificates.Issue(["archive.example.jp"]);
        var expired = TestCertificates.Issue(["archive.example.jp"], expired: true);
        using var joined = X509Certificate2.CreateFromPem(other.Pem, other.KeyPem);
        await File.WriteAllBytesAsync(In("a.pfx"), joined.Export(X509ContentType.Pfx, "right"));
        await File.WriteAllTextAsync(In("wrong.txt"), "wrong\n");
        await File.WriteAllTextAsync(In("right.txt"), "right\n");
        await File.WriteAllTextAsync(In("mixed.pem"), other.Pem + "\n" + expired.KeyPem);
        await File.WriteAllTextAsync(In("expired.pem"), expired.Pem + "\n" + expired.KeyPem);

        var wrongPassword = await _installation.RunAsync("certificate", "import", "a.pfx", "--password-file", "wrong.txt");
        var wrongKey = await _installation.RunAsync("certificate", "import", "mixed.pem");
        var late = await _installation.RunAsync("certificate", "import", "expired.pem");
        var after = await _installation.MustJsonAsync("certificate", "show");
        var good = await _installation.RunAsync("certificate", "import", "a.pfx", "--password-file", "right.txt");

        Assert.Equal([2, 2, 2, 0], new[] { wrongPassword, wrongKey, late, good }.Select(answer => answer.ExitCode));
        Assert.Contains("the password for a.pfx is missing or wrong", wrongPassword.Error, StringComparison.Ordinal);
        Assert.Contains("the private key does not belong to the certificate in mixed.pem", wrongKey.Error, StringComparison.Ordinal);
        Assert.Contains("expired on", late.Error, StringComparison.Ordinal);
        Assert.Equal(before.GetProperty("fingerprintSha256").GetString(), after.GetProperty("fingerprintSha256").GetString());
    }

    [Fact]
    public async Task A_client_that_speaks_only_TLS_1_1_gets_no_certificate()
    {
        await ServeAsync("archive.example.jp");

        var old = await GreetAsync(minorVersion: 2);
        var current = await GreetAsync(minorVersion: 3);

        // RFC 8446 section 5.1: 21 is an alert, 22 a handshake message; section 6.2: 70 is protocol_version.
        Assert.Equal((21, 70), (old[0], old[6]));
        Assert.Equal(22, current[0]);
    }

    [Fact]
    public async Task A_taken_usual_port_is_a_warning_and_a_taken_chosen_one_an_error()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();

        var refused = await _installation.RunAsync("serve", "--urls", "http://127.0.0.1:0", "--https", $"https://{taken.LocalEndpoint}");

        Assert.Equal(3, refused.ExitCode);
        Assert.Contains("--https", refused.Error, StringComparison.Ordinal);
    }

    private Uri SecureUrl
    {
        get
        {
            using var address = JsonDocument.Parse(File.ReadAllText(_installation.HostFile));
            return new Uri(address.RootElement.GetProperty("secureUrl").GetString()!);
        }
    }

    private string In(string file) => Path.Combine(_installation.Directory, file);

    private async Task<Process> ServeAsync(string name) => (await _installation.ServeAsync("--https", "https://127.0.0.1:0", "--name", name)).Process;

    /// <summary>The fingerprint that a client sees.</summary>
    private async Task<string> SeeAsync()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(SecureUrl.Host, SecureUrl.Port);
        await using var tls = new SslStream(socket.GetStream(), false, (_, shown, _, _) => shown is not null);
        await tls.AuthenticateAsClientAsync("archive.example.jp");
        Assert.True(tls.SslProtocol is SslProtocols.Tls12 or SslProtocols.Tls13);
        return string.Join(':', SHA256.HashData(tls.RemoteCertificate!.GetRawCertData()).Select(octet => $"{octet:X2}"));
    }

    private static bool IsTrusted(X509Certificate2 shown, X509Chain chain, X509Certificate2 authority)
    {
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        return chain.Build(shown) && shown.MatchesHostname("archive.example.jp") && shown.MatchesHostname("127.0.0.1");
    }

    /// <summary>A ClientHello written by hand (RFC 5246 section 7.4.1.2), since TLS libraries no longer send old ones.</summary>
    private async Task<byte[]> GreetAsync(byte minorVersion)
    {
        byte[] body =
        [
            3, minorVersion, .. RandomNumberGenerator.GetBytes(32), 0,
            0, 4, 0xC0, 0x2B, 0xC0, 0x09,   // ECDHE-ECDSA with AES-128, GCM for 1.2 and CBC for 1.1
            1, 0,
            0, 26,
            0, 10, 0, 4, 0, 2, 0, 23,       // supported_groups: secp256r1
            0, 11, 0, 2, 1, 0,              // ec_point_formats: uncompressed
            0, 13, 0, 8, 0, 6, 4, 3, 2, 3, 4, 1,   // signature_algorithms: ECDSA with SHA-256 and SHA-1
        ];
        byte[] hello = [1, 0, 0, (byte)body.Length, .. body];
        using var socket = new TcpClient();
        await socket.ConnectAsync(SecureUrl.Host, SecureUrl.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(new byte[] { 22, 3, 1, 0, (byte)hello.Length });
        await stream.WriteAsync(hello);
        var answer = new byte[7];
        await stream.ReadExactlyAsync(answer);
        return answer;
    }
}
