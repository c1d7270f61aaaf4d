using System.Net;
using ArchiveJobs.EndToEnd.Tests;
using ArchiveJobs.Master;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>A host with one hostile message.</summary>
public sealed class HostileMail : IAsyncLifetime
{
    private const string Hostile = """
        From: "Evil <script>alert(1)</script>" <evil@example.com>
        To: sato@example.jp
        Subject: Hostile <img src=x onerror=alert(2)>
        Date: Mon, 23 Nov 2026 10:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/html; charset=utf-8

        <body onload="alert(3)"><p>kept</p><script>fetch('https://tracker.example/x')</script><img src="https://tracker.example/pixel.gif"></body>
        --b
        Content-Type: text/html; name="page.html"
        Content-Disposition: attachment; filename="page.html"

        <script>alert('attachment')</script>
        --b--
        """;

    private readonly Installation _installation = new();

    public string Octets { get; } = Hostile.ReplaceLineEndings("\r\n");

    public string Id { get; private set; } = "";

    public Uri Url { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_installation.Directory, "mail")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "1.eml"), Octets);
        await _installation.MustAsync("store", "create", "2026");
        await _installation.MustAsync("profile", "add", "Hostile", "--source", "eml", "--path", folder);
        await _installation.MustAsync("run", "RunProfile", "--name=Hostile");
        var found = await _installation.MustJsonAsync("search", "hostile");
        Id = found.GetProperty("hits")[0].GetProperty("sha256").GetString()!;
        await Logins.AddAsync(Path.Combine(_installation.Data, "master.db"), "sato", LoginRole.Auditor);
        (_, Url) = await _installation.ServeAsync();
    }

    /// <summary>What the audit trail tells of this message, like "MessageRead sato".</summary>
    public async Task<IReadOnlyList<string>> ReadingsAsync()
    {
        var listed = await _installation.MustJsonAsync("audit", "list");
        return [.. listed.GetProperty("events").EnumerateArray().Reverse().Where(entry => entry.GetProperty("details").TryGetProperty("sha256", out var id) && id.GetString() == Id)
            .Select(entry => $"{entry.GetProperty("action")} {entry.GetProperty("actor")}{(entry.GetProperty("details").TryGetProperty("attachment", out var part) ? $" {part}" : "")}")];
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();
}

/// <summary>Has its message for itself: what others read must not be counted.</summary>
public sealed class ReadingTests(HostileMail mail) : IClassFixture<HostileMail>
{
    [Fact]
    public async Task Who_read_and_downloaded_a_message_is_told_once_for_each()
    {
        using var browser = new Browser(mail.Url);
        await browser.LogInAsync("sato", Logins.Password);
        await browser.ReadAsync("/search?q=hostile");
        Assert.Empty(await mail.ReadingsAsync());

        await browser.ReadAsync($"/search?q=hostile&m=1-{mail.Id}");
        await browser.GetAsync($"/mail/1/{mail.Id}/html");
        await browser.GetAsync($"/mail/1/{mail.Id}/eml");
        await browser.GetAsync($"/mail/1/{mail.Id}/part/0");
        await browser.GetAsync($"/mail/1/{mail.Id}/part/9");

        Assert.Equal(["MessageRead sato", "MessageDownload sato", "MessageDownload sato 0"], await mail.ReadingsAsync());
    }
}

/// <summary>A hostile message from the archive to the page.</summary>
public sealed class MailTests(HostileMail mail) : IClassFixture<HostileMail>
{
    [Fact]
    public async Task Nothing_hostile_reaches_the_page_or_the_frame()
    {
        using var browser = await LogInAsync();

        var page = await browser.ReadAsync($"/search?q=hostile&m=1-{mail.Id}");
        var frame = await browser.GetAsync($"/mail/1/{mail.Id}/html");
        var body = await frame.Content.ReadAsStringAsync();
        var policy = frame.Headers.GetValues("Content-Security-Policy").Single();

        Assert.Contains("Hostile &lt;img src=x onerror=alert(2)&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alert(1)</script>", page, StringComparison.Ordinal);
        Assert.Matches("<iframe[^>]* sandbox(=\"\")? ", page);
        Assert.Contains("<p>kept</p>", body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("tracker.example", body, StringComparison.Ordinal);
        Assert.StartsWith("sandbox; default-src 'none'", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_download_is_byte_for_byte_what_was_archived()
    {
        using var browser = await LogInAsync();

        var answer = await browser.GetAsync($"/mail/1/{mail.Id}/eml");

        Assert.Equal(mail.Octets, await answer.Content.ReadAsStringAsync());
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    public async Task An_attachment_is_never_given_a_type_that_a_browser_runs()
    {
        using var browser = await LogInAsync();

        var answer = await browser.GetAsync($"/mail/1/{mail.Id}/part/0");

        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("page.html", answer.Content.Headers.ContentDisposition.FileName);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/mail/1/{mail.Id}/part/1")).StatusCode);
    }

    [Fact]
    public async Task A_page_in_Japanese_says_so()
    {
        using var browser = await LogInAsync();
        await browser.SubmitAsync("/", "/language", ("language", "ja"), ("returnUrl", "/runs"));

        var page = await browser.ReadAsync("/runs");

        Assert.Contains("<html lang=\"ja\"", page, StringComparison.Ordinal);
        Assert.Contains("実行履歴", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }

    private async Task<Browser> LogInAsync()
    {
        var browser = new Browser(mail.Url);
        await browser.LogInAsync("sato", Logins.Password);
        return browser;
    }
}
