using System.Net;
using System.Text;

namespace ArchiveJobs.EndToEnd.Tests;

public sealed class HostTests : IAsyncLifetime
{
    private const int Interrupt = 2, Terminate = 15;
    private const int SegmentHeader = 4096;   // Bytes.

    private readonly Installation _installation = new();

    public async ValueTask InitializeAsync()
    {
        await _installation.MustAsync("store", "create", "2026");
        await _installation.MustAsync("profile", "add", "Samples", "--source", "eml", "--path", Path.Combine(Installation.Samples, "eml"));
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task Commands_go_to_the_host_that_has_the_data_directory()
    {
        await _installation.ServeAsync();

        var run = await _installation.MustJsonAsync("run", "RunProfile", "--name=Samples");
        await _installation.MustAsync("export", "--output", "out");
        var refused = await _installation.RunAsync("run", "RunProfile", "--name=nobody");
        var secondHost = await _installation.RunAsync("serve", "--urls", "http://127.0.0.1:0", "--https", "off");

        Assert.Equal(25, run.GetProperty("counters").GetProperty("archived").GetInt64());
        Assert.Equal(25, Directory.EnumerateFiles(Path.Combine(_installation.Directory, "out")).Count());
        Assert.Equal(2, refused.ExitCode);
        Assert.Equal(3, secondHost.ExitCode);
    }

    [Fact]
    public async Task A_host_on_SQLite_loads_nothing_of_the_other_engines()
    {
        var (process, _) = await _installation.ServeAsync();

        var loaded = await File.ReadAllTextAsync($"/proc/{process.Id}/maps");

        Assert.Contains("Microsoft.Data.Sqlite.dll", loaded, StringComparison.Ordinal);
        Assert.All(["Npgsql", "SqlClient", "PostgreSql", "SqlServer", "Dapper"], name => Assert.DoesNotContain(name, loaded, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_who_may_read_the_address_may_give_commands()
    {
        var (_, url) = await _installation.ServeAsync();
        using var http = new HttpClient { BaseAddress = url };
        using var command = new StringContent("""{"arguments":["store","list"],"directory":"/","files":{}}""", Encoding.UTF8, "application/json");

        var unknown = await http.PostAsync(new Uri("/command", UriKind.Relative), command);

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_installation.HostFile));
    }

    [Fact]
    public async Task A_name_that_is_not_this_host_is_refused()
    {
        var (_, url) = await _installation.ServeAsync();
        using var http = new HttpClient { BaseAddress = url };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { Host = "evil.example" } };

        var refused = await http.SendAsync(request);
        var page = await http.GetAsync(new Uri("/", UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", await page.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_host_that_is_told_to_stop_stops_in_order()
    {
        var (host, url) = await _installation.ServeAsync();
        using var http = new HttpClient { BaseAddress = url };
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri("/healthz/ready", UriKind.Relative)));

        Installation.Signal(host, Terminate);
        await host.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(0, host.ExitCode);
        Assert.False(File.Exists(_installation.HostFile));
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_run_stopped_by_hand_goes_on_where_it_was()
    {
        var stopped = await _installation.RunAsync(["run", "RunProfile", "--name=Samples", "--max-rate=3"], async process =>
        {
            await UntilArchivingAsync();
            Installation.Signal(process, Interrupt);
        });
        var rest = await _installation.MustJsonAsync("run", "RunProfile", "--name=Samples", "--max-rate=3");

        Assert.Equal(1, stopped.ExitCode);
        Assert.Equal(1, rest.GetProperty("id").GetInt64());
        Assert.Equal(25, rest.GetProperty("counters").GetProperty("archived").GetInt64());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_killed_run_goes_on_with_nothing_lost_and_nothing_twice()
    {
        await _installation.RunAsync(["run", "RunProfile", "--name=Samples", "--max-rate=3"], async process =>
        {
            await UntilArchivingAsync();
            process.Kill();
        });
        var rest = await _installation.MustJsonAsync("run", "RunProfile", "--name=Samples", "--max-rate=3");

        Assert.Equal(1, rest.GetProperty("id").GetInt64());
        Assert.Equal(25, rest.GetProperty("counters").GetProperty("archived").GetInt64());
        Assert.Equal(25, rest.GetProperty("newMessages").GetInt64());
        await _installation.MustAsync("VerifyStore", "--id=1", "--level=reassemble");
    }

    /// <summary>Until the run has opened a segment and written to it: early, for it takes a few seconds only and must not end first.</summary>
    private Task UntilArchivingAsync() => Installation.UntilAsync(() =>
        Directory.Exists(Path.Combine(_installation.Data, "stores", "1", "segments"))
        && new DirectoryInfo(Path.Combine(_installation.Data, "stores", "1", "segments")).EnumerateFiles("*.dat").Any(file => file.Length > SegmentHeader));
}
