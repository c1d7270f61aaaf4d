using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ArchiveJobs.EndToEnd.Tests;

public sealed class BackupTests : IAsyncLifetime
{
    private readonly Installation _installation = new();

    private string Target => Path.Combine(_installation.Directory, "target");

    private string Restored => Path.Combine(_installation.Directory, "restored");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task A_lost_machine_comes_back_from_backup_and_code_alone()
    {
        var code = await BeginAsync();
        await _installation.MustAsync("export", "--output", "before");
        await _installation.ServeAsync();
        var made = await _installation.MustJsonAsync("run", "CreateBackup", "--path=target");
        var again = await _installation.MustJsonAsync("createbackup", "--path", "target");
        var verified = await _installation.MustJsonAsync("VerifyBackup", "--path=target");
        await _installation.StopHostsAsync();
        Directory.Delete(_installation.Data, recursive: true);

        var restored = await _installation.MustJsonAsync("run", "RestoreBackup", "--path=target", "--recovery-code-file=code.txt", "--data", "restored");

        await _installation.MustAsync("export", "--output", "after", "--data", "restored");
        var run = await _installation.MustJsonAsync("run", "RunProfile", "--name=Samples", "--data", "restored");
        var hits = (await _installation.MustJsonAsync("search", "見積", "--data", "restored")).GetProperty("hits");
        Assert.Equal(Digests("before"), Digests("after"));
        Assert.Equal((1, 0), (made.GetProperty("segmentsCopied").GetInt32(), again.GetProperty("segmentsCopied").GetInt32()));
        Assert.Equal("Succeeded", verified.GetProperty("state").GetString());
        Assert.Equal(25, restored.GetProperty("documents").GetInt64());
        Assert.Equal(25, run.GetProperty("counters").GetProperty("alreadyHeld").GetInt64());
        Assert.NotEqual(0, hits.GetArrayLength());
        AssertNowhere(code, Restored, Target);
    }

    [Fact]
    public async Task Nothing_starts_by_itself_in_what_was_restored_until_a_person_says_so()
    {
        await BeginAsync();
        await _installation.MustAsync("schedule", "add", "often", "--kind", "RunProfile", "--name=Samples", "--cron", "* * * * *");
        await _installation.MustAsync("run", "CreateBackup", "--path=target");

        var answer = await _installation.RunAsync("run", "RestoreBackup", "--path=target", "--recovery-code-file=code.txt", "--data", "restored");

        var restored = await _installation.MustJsonAsync("schedule", "list", "--data", "restored");
        var told = await _installation.MustJsonAsync("audit", "list", "--action", "SchedulePause", "--data", "restored");
        Assert.Equal(0, answer.ExitCode);
        Assert.Contains("Paused: \"often\".", answer.Error, StringComparison.Ordinal);
        Assert.False(restored.GetProperty("schedules")[0].GetProperty("enabled").GetBoolean());
        Assert.Equal("RestoreBackup", Assert.Single(told.GetProperty("events").EnumerateArray()).GetProperty("actor").GetString());
        Assert.True((await _installation.MustJsonAsync("schedule", "list")).GetProperty("schedules")[0].GetProperty("enabled").GetBoolean());
    }

    [Fact]
    public async Task What_was_restored_reminds_nobody_of_the_alerts_of_the_original()
    {
        await BeginAsync();
        await File.WriteAllTextAsync(Path.Combine(_installation.Directory, "pw.txt"), "secret");
        await _installation.MustAsync("profile", "add", "Sales", "--source", "imap", "--host", "no-such-host.invalid", "--user", "sales", "--password-file", "pw.txt");
        await _installation.RunAsync("run", "RunProfile", "--name=Sales");
        await _installation.MustAsync("run", "CreateBackup", "--path=target");

        var restored = await _installation.MustJsonAsync("run", "RestoreBackup", "--path=target", "--recovery-code-file=code.txt", "--data", "restored");

        var told = await _installation.MustJsonAsync("audit", "list", "--action", "AlertDismiss", "--data", "restored");
        Assert.Equal(1, restored.GetProperty("alertsEnded").GetInt32());
        Assert.Empty(await OpenAlertsAsync("--data", "restored"));
        Assert.Single(await OpenAlertsAsync());
        var entry = Assert.Single(told.GetProperty("events").EnumerateArray());
        Assert.Equal(("RestoreBackup", "host.unknown"), (entry.GetProperty("actor").GetString(), entry.GetProperty("details").GetProperty("situation").GetString()));
    }

    [Fact]
    public async Task The_recovery_code_stands_in_no_file_of_the_installation()
    {
        var code = await BeginAsync();
        await _installation.ServeAsync();
        await _installation.MustAsync("key", "confirm", "--recovery-code-file", "code.txt");
        await _installation.MustAsync("run", "CreateBackup", "--path=target");

        var second = (await _installation.MustAsync("key", "recovery-code")).Output.TrimEnd().Split('\n')[^1];

        await _installation.StopHostsAsync();
        Assert.NotEqual(code, second);
        AssertNowhere(code, _installation.Data, Target);
        AssertNowhere(second, _installation.Data, Target);
    }

    [Fact]
    public async Task Doctor_warns_until_the_code_is_read_back()
    {
        await BeginAsync();
        var before = await _installation.RunAsync("doctor");
        var wrong = await _installation.RunAsync("key", "confirm", "--recovery-code-file", "mail.eml");
        await _installation.MustAsync("key", "confirm", "--recovery-code-file", "code.txt");

        var after = await _installation.RunAsync("doctor");

        Assert.Contains("recovery code     not confirmed since", before.Output, StringComparison.Ordinal);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("recovery code     confirmed", after.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_trail_tells_of_recovery_codes_but_never_a_code()
    {
        await BeginAsync();
        await _installation.RunAsync("key", "confirm", "--recovery-code-file", "mail.eml");
        await _installation.MustAsync("key", "confirm", "--recovery-code-file", "code.txt");
        await _installation.MustAsync("key", "recovery-code");

        var listed = await _installation.MustJsonAsync("audit", "list");

        var told = listed.GetProperty("events").EnumerateArray().Reverse().Select(entry => $"{entry.GetProperty("action")} {entry.GetProperty("result")}").Where(entry => entry.StartsWith("RecoveryCode", StringComparison.Ordinal));
        Assert.Equal(["RecoveryCodeAdd Success", "RecoveryCodeConfirm Failure", "RecoveryCodeConfirm Success", "RecoveryCodeAdd Success"], told);
        Assert.DoesNotContain(await File.ReadAllTextAsync(Path.Combine(_installation.Directory, "code.txt")), listed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_without_a_code_says_how_to_make_one()
    {
        await _installation.MustAsync("store", "create", "Samples");

        var answer = await _installation.RunAsync("run", "CreateBackup", "--path=target");

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("there is no recovery code yet", answer.Output, StringComparison.Ordinal);
        Assert.Contains("archivejobs key recovery-code", answer.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Target));
    }

    [Theory]
    [InlineData("data/backup")]
    [InlineData(".")]
    public async Task A_backup_beside_what_it_backs_up_is_refused(string path)
    {
        await BeginAsync();

        var answer = await _installation.RunAsync("run", "CreateBackup", $"--path={path}");

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains("lie in each other", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_into_a_data_directory_in_use_is_refused_with_and_without_a_host()
    {
        await BeginAsync();
        await _installation.MustAsync("run", "CreateBackup", "--path=target");

        var alone = await _installation.RunAsync("run", "RestoreBackup", "--path=target", "--recovery-code-file=code.txt");
        await _installation.ServeAsync();
        var beside = await _installation.RunAsync("run", "RestoreBackup", "--path=target", "--recovery-code-file=code.txt");

        Assert.Equal((2, 2), (alone.ExitCode, beside.ExitCode));
        Assert.Contains("is not empty", alone.Error, StringComparison.Ordinal);
        Assert.Contains("is not empty", beside.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_file_of_a_backup_is_named()
    {
        await BeginAsync();
        await _installation.MustAsync("run", "CreateBackup", "--path=target");
        var segment = Directory.GetFiles(Path.Combine(Target, "segments", "1")).Single();
        new FileInfo(segment).IsReadOnly = false;
        var bytes = await File.ReadAllBytesAsync(segment);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes);

        var answer = await _installation.RunAsync("run", "VerifyBackup", "--path=target");

        Assert.Equal(1, answer.ExitCode);
        Assert.Contains($"segments/1/{Path.GetFileName(segment)}", answer.Output, StringComparison.Ordinal);
        Assert.Contains("its SHA-256 differs", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_place_that_data_lies_in_is_tried()
    {
        await BeginAsync();
        await _installation.MustAsync("run", "CreateBackup", "--path=target");

        var checkedPlaces = await _installation.MustJsonAsync("CheckStorage");
        Directory.Delete(Target, recursive: true);
        var gone = await _installation.RunAsync("CheckStorage");

        Assert.Equal(["data", "Samples", "backup"], checkedPlaces.GetProperty("paths").EnumerateArray().Select(path => path.GetProperty("name").GetString()));
        Assert.All(checkedPlaces.GetProperty("paths").EnumerateArray(), path => Assert.True(path.GetProperty("writeMegabytesPerSecond").GetDouble() > 0));
        Assert.Equal(1, gone.ExitCode);
        Assert.Contains($"{Target} failed its check", gone.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_of_old_runs_go_and_the_runs_stay()
    {
        await BeginAsync();
        var kept = await _installation.MustJsonAsync("CompactMasterDatabase");

        var pruned = await _installation.MustJsonAsync("CompactMasterDatabase", "--keep-days=0", "--keep-runs=1");

        Assert.Equal(0, kept.GetProperty("eventsRemoved").GetInt64());
        Assert.True(pruned.GetProperty("eventsRemoved").GetInt64() > 0);
        var runs = (await _installation.MustJsonAsync("runs", "list")).GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("kind").GetString());
        Assert.Contains("RunProfile", runs);
        Assert.Equal(25, (await _installation.MustJsonAsync("runs", "show", "1")).GetProperty("counters").GetProperty("archived").GetInt64());
    }

    [Fact]
    public async Task An_export_is_a_run_of_the_ledger()
    {
        await BeginAsync();
        await _installation.MustAsync("export", "--format", "mboxrd", "--output", "mbox");

        var runs = (await _installation.MustJsonAsync("runs", "list")).GetProperty("runs").EnumerateArray().ToList();

        Assert.Equal(("ExportMessages", "Succeeded"), (runs[0].GetProperty("kind").GetString(), runs[0].GetProperty("state").GetString()));
    }

    /// <summary>A store with the sample messages and a recovery code in code.txt.</summary>
    private async Task<string> BeginAsync()
    {
        await _installation.MustAsync("store", "create", "Samples");
        await _installation.MustAsync("profile", "add", "Samples", "--source", "eml", "--path", Path.Combine(Installation.Samples, "eml"));
        await _installation.MustAsync("run", "RunProfile", "--name=Samples");
        var code = (await _installation.MustAsync("key", "recovery-code")).Output.TrimEnd().Split('\n')[^1];
        await File.WriteAllTextAsync(Path.Combine(_installation.Directory, "code.txt"), code + "\n");
        await File.WriteAllTextAsync(Path.Combine(_installation.Directory, "mail.eml"), "Subject: no code\n\nHello\n");
        return code;
    }

    private async Task<JsonElement.ArrayEnumerator> OpenAlertsAsync(params string[] data) =>
        (await _installation.MustJsonAsync(["alert", "list", .. data])).GetProperty("open").EnumerateArray();

    private Dictionary<string, string> Digests(string directory) => Directory.GetFiles(Path.Combine(_installation.Directory, directory))
        .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));

    private static void AssertNowhere(string code, params string[] directories)
    {
        Assert.Matches("^([0-9A-Z]{4}-){6}[0-9A-Z]{3}[0-9A-Z*~$=]$", code);
        foreach (var file in directories.SelectMany(directory => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)))
        {
            var content = File.ReadAllBytes(file);
            Assert.Equal(-1, content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(code)));
            Assert.Equal(-1, content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(code.Replace("-", "", StringComparison.Ordinal))));
        }
    }
}
