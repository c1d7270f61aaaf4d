using System.Text;
using ArchiveJobs.TestKit.Servers;

namespace ArchiveJobs.EndToEnd.Tests;

public sealed class AlertTests : IAsyncLifetime
{
    private readonly Installation _installation = new();

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_installation.Directory, "pw.txt"), "secret");
        await _installation.MustAsync("store", "create", "2026");
        await _installation.MustAsync("profile", "add", "Sales", "--source", "imap", "--host", "no-such-host.invalid", "--user", "sales", "--password-file", "pw.txt");
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task A_run_that_fails_reaches_people_before_the_command_ends()
    {
        Assert.SkipWhen(SmtpReceiver.Missing is not null && Environment.GetEnvironmentVariable("ARCHIVEJOBS_REQUIRE_SERVERS") != "1", SmtpReceiver.Missing ?? "");
        await using var receiver = await SmtpReceiver.StartAsync();
        await _installation.MustAsync(
            "alert", "smtp", "--host", receiver.Host, "--port", $"{receiver.Port}", "--security", "none", "--from", "archive@example.jp", "--to", "admin@example.jp");
        await _installation.MustAsync("alert", "pickup", "--directory", "out", "--language", "ja");

        var run = await _installation.RunAsync("run", "RunProfile", "--name=Sales", "--json");

        Assert.Equal(1, run.ExitCode);
        var mail = Encoding.UTF8.GetString(Assert.Single(receiver.Mails).Octets);
        Assert.Contains("Subject: Failed: profile \"Sales\" - no server named no-such-host.invalid", mail, StringComparison.Ordinal);
        Assert.Contains("no server named no-such-host.invalid can be found.", mail, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(_installation.Directory, "out"), "*.eml"));
    }

    [Fact]
    public async Task The_audit_trail_tells_the_run_and_is_sound()
    {
        await _installation.RunAsync("run", "RunProfile", "--name=Sales");

        var trail = await _installation.MustJsonAsync("audit", "list", "--action", "ProfileRunArc");
        var check = await _installation.MustJsonAsync("VerifyAudit");

        var entry = Assert.Single(trail.GetProperty("events").EnumerateArray());
        Assert.Equal(("Error", "Failed"), (entry.GetProperty("level").GetString(), entry.GetProperty("details").GetProperty("state").GetString()));
        Assert.True(entry.GetProperty("sequence").GetInt64() > 0);
        Assert.Equal(0, check.GetProperty("faults").GetArrayLength());
    }

    [Fact]
    public async Task A_channel_that_cannot_be_used_is_refused_with_a_sentence()
    {
        var answer = await _installation.RunAsync("alert", "smtp", "--host", "h", "--port", "0", "--from", "a@example.jp", "--to", "nobody");

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains("The port is a number from 1 to 65535.", answer.Error, StringComparison.Ordinal);
        Assert.Contains("\"nobody\" is not a mail address.", answer.Error, StringComparison.Ordinal);
    }
}
