using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ArchiveJobs.EndToEnd.Tests;

public sealed class CommandTests : IAsyncLifetime
{
    private readonly Installation _installation = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task What_is_archived_comes_back_byte_for_byte()
    {
        await BeginAsync();
        var run = await _installation.MustJsonAsync("run", "RunProfile", "--name=Samples");
        await _installation.MustAsync("export", "--store", "1", "--format", "eml", "--output", "out");

        var sent = Directory.EnumerateFiles(Path.Combine(Installation.Samples, "eml"), "*.eml", SearchOption.AllDirectories).Select(DigestOf).ToHashSet();
        var exported = Directory.EnumerateFiles(Path.Combine(_installation.Directory, "out")).ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, DigestOf);
        Assert.Equal("Succeeded", run.GetProperty("state").GetString());
        Assert.Equal(sent, exported.Keys.ToHashSet());
        Assert.DoesNotContain(exported, file => file.Key != file.Value);
        AssertBalance(run, seen: 25, archived: 25, alreadyHeld: 0);
        Assert.NotEqual(JsonValueKind.Null, run.GetProperty("indexedUtc").ValueKind);
    }

    [Fact]
    public async Task A_second_run_finds_all_of_it_held()
    {
        await BeginAsync();
        await _installation.MustAsync("RunProfile", "--name=Samples");

        var second = await _installation.MustJsonAsync("runprofile", "--name", "Samples", "--no-index-wait");

        AssertBalance(second, seen: 25, archived: 0, alreadyHeld: 25);
        Assert.Equal(0, second.GetProperty("newMessages").GetInt64());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("indexedUtc").ValueKind);
    }

    [Fact]
    public async Task What_people_read_goes_to_standard_error_when_a_machine_reads_along()
    {
        await BeginAsync();

        var run = await _installation.MustAsync("run", "RunProfile", "--name=Samples", "--json");

        Assert.Equal("RunProfile", run.Json.GetProperty("kind").GetString());
        Assert.Contains("adds up", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_and_show_find_a_Japanese_message()
    {
        await BeginAsync();
        await _installation.MustAsync("run", "RunProfile", "--name=Samples");

        var hits = (await _installation.MustJsonAsync("search", "見積")).GetProperty("hits");
        var sha256 = hits[0].GetProperty("sha256").GetString()!;
        var shown = await _installation.MustAsync("show", sha256[..12]);

        Assert.Contains("見積", hits[0].GetProperty("subject").GetString(), StringComparison.Ordinal);
        Assert.Equal("samples", hits[0].GetProperty("mailbox").GetString());
        Assert.Equal("Japanese", hits[0].GetProperty("folder").GetString());
        Assert.Contains("見積", shown.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_byte_is_verified()
    {
        await BeginAsync();
        await _installation.MustAsync("run", "RunProfile", "--name=Samples");

        var verified = await _installation.MustJsonAsync("VerifyStore", "--id=1", "--level=full");

        Assert.Equal("Succeeded", verified.GetProperty("state").GetString());
        Assert.Equal(0, verified.GetProperty("damages").GetArrayLength());
    }

    [Theory]
    [InlineData(2, "bogus")]
    [InlineData(2, "run", "RunProfile", "--name=nobody")]
    [InlineData(2, "run", "RunProfile")]
    [InlineData(2, "run", "VerifyStore", "--id=1", "--level=very")]
    [InlineData(2, "runs", "show", "4711")]
    [InlineData(2, "show", "abc")]
    [InlineData(2, "export", "--format", "pst", "--output", "x")]
    [InlineData(2, "profile", "add", "New", "--source", "imap")]
    [InlineData(3, "store", "list", "--data", "elsewhere")]
    public async Task A_mistake_has_its_exit_code_and_a_sentence(int exitCode, params string[] words)
    {
        await BeginAsync();

        var answer = await _installation.RunAsync(words);

        Assert.Equal(exitCode, answer.ExitCode);
        Assert.NotEmpty(answer.Error);
        Assert.DoesNotContain("   at ArchiveJobs", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passwords_of_a_list_are_written_nowhere_in_the_clear()
    {
        await BeginAsync();
        await File.WriteAllTextAsync(Path.Combine(_installation.Directory, "list.csv"), "user,password,address,owner\nanna,Kirschbaum-4711,anna@example.jp,Anna\nbert,Pflaumenmus-0815\n");

        var profile = await _installation.MustJsonAsync("profile", "add", "Server", "--source", "imap", "--host", "imap.example.jp", "--mailboxes", "list.csv");

        Assert.Equal(["Anna", "bert"], profile.GetProperty("mailboxes").EnumerateArray().Select(mailbox => mailbox.GetProperty("archiveUser").GetString()));
        Assert.Equal(993, profile.GetProperty("port").GetInt32());
        foreach (var file in Directory.EnumerateFiles(_installation.Data, "*", SearchOption.AllDirectories))
        {
            var octets = await File.ReadAllBytesAsync(file);
            Assert.True(octets.AsSpan().IndexOf("Kirschbaum"u8) < 0 && octets.AsSpan().IndexOf("Pflaumenmus"u8) < 0, file);
        }
    }

    [Fact]
    public async Task The_data_directory_is_closed_to_others()
    {
        await BeginAsync();

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(_installation.Data) & Others);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(_installation.Data, "master.db")) & Others);
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(_installation.Data, "keys")) & Others);
    }

    [Fact]
    public async Task An_export_never_writes_into_a_directory_that_is_in_use()
    {
        await BeginAsync();
        var file = Path.Combine(_installation.Directory, "keep.txt");
        await File.WriteAllTextAsync(file, "mine", Encoding.ASCII);

        var answer = await _installation.RunAsync("export", "--output", ".");

        Assert.Equal(2, answer.ExitCode);
        Assert.Equal([file], Directory.EnumerateFiles(_installation.Directory));
    }

    [Fact]
    public async Task A_run_that_waits_ends_the_command_with_its_reason_and_its_next_try()
    {
        await BeginAsync();
        await File.WriteAllTextAsync(Path.Combine(_installation.Directory, "pw.txt"), "secret\n");
        await _installation.MustAsync(
            "profile", "add", "Closed", "--source", "imap", "--host", "127.0.0.1", "--port", FindClosedPort(), "--security", "none", "--user", "anna", "--password-file", "pw.txt");

        var answer = await _installation.RunAsync("run", "RunProfile", "--name=Closed", "--json");

        Assert.Equal(1, answer.ExitCode);
        Assert.Equal("Waiting", answer.Json.GetProperty("state").GetString());
        Assert.Equal("backoff", answer.Json.GetProperty("reason").GetString());
        Assert.Equal("host.refused", answer.Json.GetProperty("key").GetString());
        Assert.NotEqual(JsonValueKind.Null, answer.Json.GetProperty("nextUtc").ValueKind);
        Assert.Contains("127.0.0.1 has been refusing connections", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_demo_shows_each_step()
    {
        var demo = await _installation.MustAsync("demo", "--no-serve");
        var again = await _installation.MustAsync("demo", "--no-serve");

        Assert.Matches("1 archive +3 mailboxes, 59 messages: seen 59 = archived 59", demo.Output);
        Assert.Matches("2 verify +57 of 57 messages read back byte for byte", demo.Output);
        Assert.Matches("3 search +\"見積\" found", again.Output);
    }

    [Fact]
    public async Task The_demo_clears_away_nothing_that_it_did_not_make()
    {
        await BeginAsync();

        var demo = await _installation.RunAsync("demo", "--no-serve");

        Assert.Equal(2, demo.ExitCode);
        Assert.True(File.Exists(Path.Combine(_installation.Data, "master.db")));
    }

    private async Task BeginAsync()
    {
        await _installation.MustAsync("store", "create", "2026");
        await _installation.MustAsync("profile", "add", "Samples", "--source", "eml", "--path", Path.Combine(Installation.Samples, "eml"), "--mailbox", "samples");
    }

    private static string FindClosedPort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string DigestOf(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private static void AssertBalance(JsonElement run, long seen, long archived, long alreadyHeld)
    {
        var counters = run.GetProperty("counters");
        Assert.Equal((seen, archived, alreadyHeld), (Of("seen"), Of("archived"), Of("alreadyHeld")));
        Assert.Equal(Of("seen"), Of("archived") + Of("alreadyHeld") + Of("filtered") + Of("failed") + Of("quarantined"));

        long Of(string name) => counters.GetProperty(name).GetInt64();
    }
}
