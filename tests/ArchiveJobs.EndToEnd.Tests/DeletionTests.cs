using System.Text.Json;

namespace ArchiveJobs.EndToEnd.Tests;

public sealed class DeletionTests : IAsyncLifetime
{
    private readonly Installation _installation = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task What_is_deleted_is_found_no_more_and_its_room_is_given_back()
    {
        var found = await BeginAsync();
        var sha256 = found[0];

        var answer = await _installation.MustJsonAsync("message", "delete", sha256[..12], "--reason", "asked for", "--yes");
        var compacted = await _installation.MustJsonAsync("CompactStore", "--id=1", "--dead-percent=1");

        Assert.Equal([sha256], Texts(answer, "deleted"));
        Assert.Equal(found.Skip(1), await SearchAsync());
        Assert.Equal(2, (await _installation.RunAsync("show", sha256)).ExitCode);
        await _installation.MustAsync("export", "--store", "1", "--output", "out");
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(_installation.Directory, "out")), file => file.Contains(sha256, StringComparison.Ordinal));
        Assert.Equal("Succeeded", compacted.GetProperty("state").GetString());
        Assert.Equal(1, compacted.GetProperty("segmentsRetired").GetInt32());
        Assert.True(compacted.GetProperty("bytesGivenBack").GetInt64() > 0);
        var verified = await _installation.MustJsonAsync("VerifyStore", "--id=1", "--level=full");
        Assert.Equal(0, verified.GetProperty("damages").GetArrayLength());
        var again = await _installation.MustJsonAsync("run", "RunProfile", "--name=Samples");
        Assert.Equal((1, 24), (Counter(again, "filtered"), Counter(again, "alreadyHeld")));
    }

    [Fact]
    public async Task The_audit_trail_tells_who_deleted_what_and_why()
    {
        var found = await BeginAsync();
        await _installation.MustAsync("message", "delete", found[0][..12], found[1][..12], "--reason", "asked for", "--yes");

        var listed = await _installation.MustJsonAsync("audit", "list", "--action", "MessageDelete");

        var entry = Assert.Single(listed.GetProperty("events").EnumerateArray());
        Assert.Equal((Environment.UserName, "Success"), (entry.GetProperty("actor").GetString(), entry.GetProperty("result").GetString()));
        Assert.Equal("asked for", entry.GetProperty("details").GetProperty("reason").GetString());
        Assert.Equal(found.Take(2).Order(), Texts(entry.GetProperty("details"), "messages").Order());
    }

    [Fact]
    public async Task Nobody_to_ask_means_nothing_is_deleted()
    {
        var found = await BeginAsync();

        var answer = await _installation.RunAsync("message", "delete", found[0], "--reason", "asked for");

        Assert.Equal(2, answer.ExitCode);
        Assert.Contains("--yes", answer.Error, StringComparison.Ordinal);
        Assert.Equal(found, await SearchAsync());
    }

    [Fact]
    public async Task A_list_comes_from_standard_input_and_one_mistake_in_it_stops_all()
    {
        var found = await BeginAsync();
        string[] delete = ["message", "delete", "-", "--reason", "asked for", "--yes", "--json"];

        var mistake = await _installation.RunAsync(delete, null, $"{found[0]}\nno digits\n");
        var untouched = await SearchAsync();
        var unknown = new string('0', 64);
        var answer = await _installation.RunAsync(delete, null, $"{found[0]}\n\n{unknown}\n");

        Assert.Equal(2, mistake.ExitCode);
        Assert.Equal(found, untouched);
        Assert.Equal(0, answer.ExitCode);
        Assert.Equal([found[0]], Texts(answer.Json, "deleted"));
        Assert.Equal([unknown], Texts(answer.Json, "notHeld"));
        Assert.Empty(Texts(answer.Json, "refused"));
    }

    [Fact]
    public async Task In_a_running_host_the_list_of_the_caller_is_taken()
    {
        var found = await BeginAsync();
        await _installation.ServeAsync();

        var answer = await _installation.RunAsync(["message", "delete", "-", "--reason", "asked for", "--yes", "--json"], null, found[0]);
        var compacted = await _installation.MustJsonAsync("CompactStore", "--id=1", "--dead-percent=1");

        Assert.Equal([found[0]], Texts(answer.Json, "deleted"));
        Assert.Equal(1, compacted.GetProperty("segmentsRetired").GetInt32());
        Assert.Equal(found.Skip(1), await SearchAsync());
    }

    [Theory]
    [InlineData("message", "delete", "abcd1234", "--yes")]
    [InlineData("message", "delete", "abcd1234", "--reason", "", "--yes")]
    [InlineData("CompactStore", "--id=1", "--dead-percent=0")]
    [InlineData("CompactStore", "--id=1", "--max-minutes=0")]
    public async Task What_cannot_be_meant_is_said(params string[] words)
    {
        await BeginAsync();

        var answer = await _installation.RunAsync(words);

        Assert.Equal(2, answer.ExitCode);
        Assert.NotEmpty(answer.Error);
    }

    /// <summary>The samples are archived.</summary>
    private async Task<List<string>> BeginAsync()
    {
        await _installation.MustAsync("store", "create", "2026");
        await _installation.MustAsync("profile", "add", "Samples", "--source", "eml", "--path", Path.Combine(Installation.Samples, "eml"), "--mailbox", "samples");
        await _installation.MustAsync("run", "RunProfile", "--name=Samples");
        var found = await SearchAsync();
        Assert.True(found.Count > 1);
        return found;
    }

    private async Task<List<string>> SearchAsync() =>
        [.. (await _installation.MustJsonAsync("search", "from:example", "--limit", "100")).GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("sha256").GetString()!)];

    private static List<string> Texts(JsonElement answer, string name) => [.. answer.GetProperty(name).EnumerateArray().Select(item => item.GetString()!)];

    private static long Counter(JsonElement run, string name) => run.GetProperty("counters").GetProperty(name).GetInt64();
}
