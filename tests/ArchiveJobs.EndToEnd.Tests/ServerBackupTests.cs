using System.Security.Cryptography;
using System.Text.Json;
using ArchiveJobs.TestKit.Servers;

namespace ArchiveJobs.EndToEnd.Tests;

/// <summary>Backups of an installation whose master database is on PostgreSQL, and restoring into one.</summary>
[Trait("Category", "Servers")]
public sealed class ServerBackupTests : IAsyncLifetime
{
    private readonly Installation _installation = new();
    private PostgresServer? _server;

    public async ValueTask InitializeAsync()
    {
        if (PostgresServer.Missing is { } missing && !DovecotServer.IsRequired)
        {
            Assert.Skip(missing);
        }

        _server = await PostgresServer.StartAsync();
        await UseServerAsync("original", "shared");
    }

    public async ValueTask DisposeAsync()
    {
        await _installation.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_backup_that_is_made_while_a_run_is_under_way_comes_back_on_SQLite_and_on_another_server()
    {
        await BeginAsync();
        await _installation.MustAsync("export", "--output", "before");
        await _installation.ServeAsync();
        await _installation.MustAsync("run", "RunProfile", "--name=Slow", "--max-rate=0.2", "--detach");
        await Installation.UntilAsync(async () => (await RunsAsync()).Any(run => run.EndsWith("Running", StringComparison.Ordinal)));
        var made = await _installation.MustJsonAsync("run", "CreateBackup", "--path=target");
        var before = await RunsAsync();
        await _installation.StopHostsAsync();

        await UseServerAsync("empty", "shared-of-the-server");
        var onServer = await _installation.MustJsonAsync("run", "RestoreBackup", "--path=target", "--recovery-code-file=code.txt", "--data", "on-server");
        await AssertSameAsync(before, onServer, "on-server");

        _installation.Settings.Clear();
        var onSqlite = await _installation.MustJsonAsync("run", "RestoreBackup", "--path=target", "--recovery-code-file=code.txt", "--data", "on-sqlite");
        await AssertSameAsync(before, onSqlite, "on-sqlite");
        Assert.Equal(1, made.GetProperty("generation").GetInt32());
        Assert.Contains("RunProfile Running", before);
        Assert.False(File.Exists(Path.Combine(_installation.Directory, "on-server", "master.db")));
    }

    [Fact]
    public async Task A_restore_into_a_server_database_in_use_is_refused_and_writes_nothing()
    {
        await BeginAsync();
        await _installation.MustAsync("run", "CreateBackup", "--path=target");
        _installation.Settings["ARCHIVEJOBS_SHARED"] = Path.Combine(_installation.Directory, "elsewhere");

        var answer = await _installation.RunAsync("run", "RestoreBackup", "--path=target", "--recovery-code-file=code.txt", "--data", "restored");

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains($"The master database on 127.0.0.1:{_server!.Port} is not empty", answer.Error, StringComparison.Ordinal);
        Assert.Contains("Create an empty database on that server and let ARCHIVEJOBS_CONNECTION name it", answer.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_installation.Directory, "restored")) || Directory.Exists(Path.Combine(_installation.Directory, "elsewhere")));
    }

    private async Task AssertSameAsync(List<string> before, JsonElement restored, string data)
    {
        await _installation.MustAsync("export", "--output", $"after-{data}", "--data", data);
        var runs = (await RunsAsync("--data", data)).Where(run => !run.StartsWith("RestoreBackup", StringComparison.Ordinal) && !run.StartsWith("ExportMessages", StringComparison.Ordinal));
        Assert.Equal("Succeeded", restored.GetProperty("state").GetString());
        Assert.Equal(Digests("before"), Digests($"after-{data}"));

        // What was under way is over, the backup in its own copy too.
        Assert.Equal(
            before.Where(run => !run.StartsWith("ExportMessages", StringComparison.Ordinal)).Select(run => run.StartsWith("CreateBackup", StringComparison.Ordinal) ? "CreateBackup Cancelled" : run.Replace("Running", "Cancelled", StringComparison.Ordinal)),
            runs);
        var again = await _installation.MustJsonAsync("run", "RunProfile", "--name=Samples", "--data", data);
        Assert.Equal(25, again.GetProperty("counters").GetProperty("alreadyHeld").GetInt64());
        Assert.NotEqual(0, (await _installation.MustJsonAsync("search", "見積", "--data", data)).GetProperty("hits").GetArrayLength());
    }

    private async Task<List<string>> RunsAsync(params string[] data) =>
        [.. (await _installation.MustJsonAsync(["runs", "list", .. data])).GetProperty("runs").EnumerateArray().Select(run => $"{run.GetProperty("kind").GetString()} {run.GetProperty("state").GetString()}")];

    private async Task UseServerAsync(string database, string shared)
    {
        _installation.Settings["ARCHIVEJOBS_DATABASE"] = "postgresql";
        _installation.Settings["ARCHIVEJOBS_CONNECTION"] = await _server!.CreateDatabaseAsync(database);
        _installation.Settings["ARCHIVEJOBS_SHARED"] = Path.Combine(_installation.Directory, shared);
    }

    /// <summary>A store with the sample messages, a profile whose run lasts, and a recovery code in code.txt.</summary>
    private async Task BeginAsync()
    {
        await _installation.MustAsync("store", "create", "Samples");
        foreach (var name in new[] { "Samples", "Slow" })
        {
            await _installation.MustAsync("profile", "add", name, "--source", "eml", "--path", Path.Combine(Installation.Samples, "eml"));
        }

        await _installation.MustAsync("run", "RunProfile", "--name=Samples");
        var code = (await _installation.MustAsync("key", "recovery-code")).Output.TrimEnd().Split('\n')[^1];
        await File.WriteAllTextAsync(Path.Combine(_installation.Directory, "code.txt"), code + "\n");
    }

    private Dictionary<string, string> Digests(string directory) => Directory.GetFiles(Path.Combine(_installation.Directory, directory))
        .ToDictionary(file => Path.GetFileName(file), file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))));
}
