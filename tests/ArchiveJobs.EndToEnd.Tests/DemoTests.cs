using System.Text;
using System.Text.Json;

namespace ArchiveJobs.EndToEnd.Tests;

public sealed class DemoTests : IAsyncLifetime
{
    private readonly Installation _installation = new();
    private Answer _demo = new(-1, "", "");

    private string Backup => _installation.Data + "-demo/backup";

    private string RecoveryCode => Path.Combine(_installation.Data, "demo-files", "recovery-code.txt");

    public async ValueTask InitializeAsync() => _demo = await _installation.MustAsync("demo", "--no-serve");

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task What_the_demo_says_is_so()
    {
        var runs = (await _installation.MustJsonAsync("runs", "list")).GetProperty("runs").EnumerateArray().Reverse().Select(run => $"{run.GetProperty("kind")} {run.GetProperty("state")}");
        Assert.Equal(
            [
                "RunProfile Succeeded", "RunProfile Succeeded", "RunProfile Succeeded", "VerifyStore Succeeded", "RunProfile Succeeded",
                "CompactStore Succeeded", "CreateBackup Succeeded", "VerifyBackup Succeeded", "RunProfile Failed",
            ],
            runs);
        await CheckDeletionAsync();
        await CheckBackupAsync();
        await CheckAlertAsync();
        await CheckScheduleAsync();
    }

    private async Task CheckDeletionAsync()
    {
        AssertSays("\"Re: Drawing of the pump\" (the sender asked for it): found no more, not archived again");
        Assert.Equal(0, (await _installation.MustJsonAsync("search", "corrections")).GetProperty("hits").GetArrayLength());
        var deletion = Assert.Single((await _installation.MustJsonAsync("audit", "list", "--action", "MessageDelete")).GetProperty("events").EnumerateArray());
        Assert.Equal("the sender asked for it", deletion.GetProperty("details").GetProperty("reason").GetString());
        var again = await _installation.MustJsonAsync("run", "RunProfile", "--name=Sample Maildir");
        Assert.Equal((1, 0), (Counter(again, "filtered"), Counter(again, "archived")));
        var compacted = (await _installation.MustJsonAsync("runs", "show", "6")).GetProperty("bytesGivenBack").GetInt64();
        Assert.True(compacted > 0);
        AssertSays($"{compacted / 1000.0:F1} KB given back");
        AssertSays("56 messages kept");
    }

    private async Task CheckBackupAsync()
    {
        Assert.Equal("Succeeded", (await _installation.MustJsonAsync("VerifyBackup", "--path", Backup)).GetProperty("state").GetString());
        var restored = await _installation.MustJsonAsync("run", "RestoreBackup", "--path", Backup, "--recovery-code-file", RecoveryCode, "--data", "restored");
        Assert.Equal(56, restored.GetProperty("messages").GetInt64());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(RecoveryCode));
        Assert.DoesNotContain((await File.ReadAllTextAsync(RecoveryCode)).Trim(), _demo.Output, StringComparison.Ordinal);
    }

    private async Task CheckAlertAsync()
    {
        AssertSays("profile \"Not there\" fails on purpose");
        var open = Assert.Single((await _installation.MustJsonAsync("alert", "list")).GetProperty("open").EnumerateArray());
        Assert.Equal(("Not there", "host.unknown"), (open.GetProperty("thing").GetProperty("name").GetString(), open.GetProperty("situation").GetString()));
        var delivery = Assert.Single((await _installation.MustJsonAsync("alert", "deliveries")).GetProperty("deliveries").EnumerateArray());
        Assert.Equal("Delivered", delivery.GetProperty("state").GetString());
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_installation.Data, "demo-files", "alerts")));
        AssertSays(Path.GetRelativePath(_installation.Directory, file));
        Assert.Contains("Subject: Failed: profile \"Not there\"", await File.ReadAllTextAsync(file, Encoding.UTF8), StringComparison.Ordinal);
        AssertSays("Subject:     Failed: profile \"Not there\"");
        AssertSays("    Profile \"Not there\" has archived nothing since");
    }

    private async Task CheckScheduleAsync()
    {
        var next = await _installation.MustJsonAsync("schedule", "next", "Every night", "--count", "3");
        var schedule = Assert.Single((await _installation.MustJsonAsync("schedule", "list")).GetProperty("schedules").EnumerateArray());
        Assert.Equal(("VerifyStore", "0 2 * * *"), (schedule.GetProperty("kind").GetString(), schedule.GetProperty("cron").GetString()));
        Assert.Equal(3, next.GetProperty("slotsUtc").GetArrayLength());
        AssertSays("\"Every night\" verifies the store, 0 2 * * *");
    }

    [Fact]
    public async Task A_second_demo_clears_the_first_and_nothing_else()
    {
        await _installation.MustAsync("demo", "--no-serve");
        File.Delete(_installation.Data + "-demo/demo");

        var answer = await _installation.RunAsync("demo", "--no-serve");

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains($"{_installation.Data}-demo is not empty and was not made by a demo", answer.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(RecoveryCode) && Directory.Exists(Backup));
    }

    private void AssertSays(string words) => Assert.Contains(words, _demo.Output, StringComparison.Ordinal);

    private static long Counter(JsonElement run, string name) => run.GetProperty("counters").GetProperty(name).GetInt64();
}
