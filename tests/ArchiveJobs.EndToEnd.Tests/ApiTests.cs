using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ArchiveJobs.EndToEnd.Tests;

public sealed partial class ApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Theory]
    [InlineData("GET", "/api/v1/runs")]
    [InlineData("POST", "/api/v1/runs")]
    [InlineData("GET", "/api/v1/messages?q=a")]
    [InlineData("GET", "/api/v1/nothing")]
    public async Task Without_a_token_nothing_is_answered(string method, string path)
    {
        var none = await host.SendAsync(method, path, null, method == "POST" ? "{}" : null);
        var wrong = await host.SendAsync(method, path, "ajt_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

        Assert.Equal((HttpStatusCode.Unauthorized, "application/problem+json", "api.token-missing"), (none.Status, none.Type, none.Situation));
        Assert.Equal((HttpStatusCode.Unauthorized, "api.token-refused"), (wrong.Status, wrong.Situation));
    }

    [Fact]
    public async Task The_sentence_of_a_refusal_is_in_the_language_that_was_asked_for()
    {
        var english = await host.SendAsync("GET", "/api/v1/runs", null);
        var japanese = await host.SendAsync("GET", "/api/v1/runs", null, language: "ja");

        Assert.Equal("The API answers only to a token.", english.Json.GetProperty("detail").GetString());
        Assert.Equal("APIの利用にはトークンが必要です。", japanese.Json.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("read", "POST", "/api/v1/runs", """{"kind":"VerifyStore","arguments":{"id":1}}""")]
    [InlineData("read", "POST", "/api/v1/runs/1/cancel", null)]
    [InlineData("read", "POST", "/api/v1/alerts/1/dismiss", null)]
    [InlineData("read", "GET", "/api/v1/messages?q=a", null)]
    [InlineData("read", "GET", "/api/v1/messages/0000000000000000000000000000000000000000000000000000000000000000/raw", null)]
    [InlineData("read", "GET", "/api/v1/users", null)]
    [InlineData("operate", "GET", "/api/v1/messages?q=a", null)]
    [InlineData("operate", "POST", "/api/v1/profiles", """{"name":"X","source":"imap"}""")]
    [InlineData("operate", "POST", "/api/v1/stores", """{"name":"X"}""")]
    [InlineData("operate", "POST", "/api/v1/schedules", """{"name":"X","kind":"VerifyStore","arguments":{"id":1},"every":"1d"}""")]
    [InlineData("operate", "POST", "/api/v1/tokens", """{"name":"X","scope":"admin"}""")]
    [InlineData("operate", "GET", "/api/v1/tokens", null)]
    [InlineData("operate", "POST", "/api/v1/messages/delete", """{"messages":[],"reason":"x"}""")]
    [InlineData("operate", "POST", "/api/v1/runs", """{"kind":"CreateBackup","arguments":{"path":"/tmp"}}""")]
    [InlineData("operate", "POST", "/api/v1/runs", """{"kind":"ExportMessages","arguments":{"id":1,"directory":"/tmp"}}""")]
    [InlineData("mail", "POST", "/api/v1/runs", """{"kind":"VerifyStore","arguments":{"id":1}}""")]
    [InlineData("mail", "POST", "/api/v1/messages/delete", """{"messages":[],"reason":"x"}""")]
    public async Task A_token_may_not_do_more_than_its_scope(string scope, string method, string path, string? json)
    {
        var token = scope switch { "read" => host.Read, "operate" => host.Operate, _ => host.Mail };

        var answer = await host.SendAsync(method, path, token, json);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains(answer.Situation, new[] { "api.scope", "api.no-mail" });
    }

    [Fact]
    public async Task A_session_of_the_pages_is_no_token_and_a_token_is_no_session()
    {
        var session = await LogInAsync();

        var pages = await host.SendAsync("GET", "/password", null, cookie: session);
        var withSession = await host.SendAsync("GET", "/api/v1/users", null, cookie: session);
        var change = await host.SendAsync("POST", "/api/v1/stores", null, """{"name":"Forged"}""", cookie: session);
        var both = await host.SendAsync("GET", "/api/v1/users", host.Read, cookie: session);
        var tokenOnPage = await host.SendAsync("GET", "/password", host.Admin);

        Assert.Equal(HttpStatusCode.OK, pages.Status);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (withSession.Status, change.Status, both.Status));
        Assert.Equal(HttpStatusCode.Redirect, tokenOnPage.Status);
    }

    [Fact]
    public async Task A_form_of_the_pages_without_its_secret_is_still_refused()
    {
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("name", "admin"), KeyValuePair.Create("password", "x")]);

        using var answer = await host.Http.PostAsync(new Uri("/login", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task A_revoked_token_is_refused_at_once()
    {
        var token = await host.CreateTokenAsync("short-lived", "read");
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", "/api/v1/runs", token)).Status);

        await host.Installation.MustAsync("token", "revoke", "short-lived");

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/api/v1/runs", token)).Status);
        var listed = (await host.Installation.MustJsonAsync("token", "list")).GetProperty("tokens").EnumerateArray().Single(one => one.GetProperty("name").GetString() == "short-lived");
        Assert.Equal("revoked", listed.GetProperty("state").GetString());
        Assert.False(listed.TryGetProperty("token", out _));
    }

    [Fact]
    public async Task A_token_made_over_the_API_works_and_ends_over_it()
    {
        var made = await host.SendAsync("POST", "/api/v1/tokens", host.Admin, """{"name":"made","scope":"operate","expiresInDays":30}""");
        var token = made.Json.GetProperty("token").GetString()!;

        var shown = await host.GetAsync("/api/v1/installation", token);
        var revoked = await host.SendAsync("DELETE", $"/api/v1/tokens/{made.Json.GetProperty("id").GetInt32()}", host.Admin);

        Assert.Equal(("made", "operate"), (shown.GetProperty("token").GetProperty("name").GetString(), shown.GetProperty("token").GetProperty("scope").GetString()));
        Assert.Equal(HttpStatusCode.OK, revoked.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/api/v1/installation", token)).Status);
    }

    [Fact]
    public async Task A_run_is_triggered_and_followed_to_its_end()
    {
        var run = await host.RunAsync("VerifyStore", new { id = 1, level = "full" });

        var log = await host.GetAsync($"/api/v1/runs/{run.GetProperty("id")}/log", host.Read);
        var archived = (await host.GetAsync("/api/v1/runs?kind=RunProfile&limit=500", host.Read)).GetProperty("runs").EnumerateArray().Last();
        Assert.Equal(("Succeeded", "Api", "operator (token)"), (Word(run, "state"), Word(run, "trigger"), Word(run, "requestedBy")));
        Assert.NotEqual(0, log.GetProperty("events").GetArrayLength());
        archived = await host.GetAsync($"/api/v1/runs/{archived.GetProperty("id")}", host.Read);
        Assert.Equal(25, archived.GetProperty("counters").GetProperty("archived").GetInt64());
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", "/api/v1/runs/999999", host.Read)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await host.SendAsync("POST", $"/api/v1/runs/{run.GetProperty("id")}/cancel", host.Operate)).Status);
    }

    [Fact]
    public async Task A_list_is_paged_without_a_gap_and_without_one_twice()
    {
        for (var i = 0; i < 2; i++)
        {
            await host.RunAsync("VerifyStore", new { id = 1 });
        }

        var whole = Ids(await host.GetAsync("/api/v1/runs?limit=500", host.Read));
        var paged = new List<long>();
        string? after = "";
        while (after is not null)
        {
            var page = await host.GetAsync($"/api/v1/runs?limit=2{after}", host.Read);
            Assert.True(Ids(page).Count <= 2);
            paged.AddRange(Ids(page));
            after = page.GetProperty("next") is { ValueKind: JsonValueKind.Number } next ? $"&after={next.GetInt64()}" : null;
        }

        Assert.True(whole.Count >= 3);
        Assert.Equal(whole, paged);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.SendAsync("GET", "/api/v1/runs?limit=501", host.Read)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.SendAsync("GET", "/api/v1/runs?limit=many", host.Read)).Status);
    }

    [Theory]
    [InlineData("""{"kind":"Nothing"}""")]
    [InlineData("""{"kind":"VerifyStore","argument":{"id":1}}""")]
    [InlineData("""{"kind":"VerifyStore","arguments":{"id":1,"depth":2}}""")]
    [InlineData("""{"kind":"VerifyStore","arguments":{"id":"one"}}""")]
    [InlineData("""{"kind":"RestoreBackup","arguments":{"path":"/","generation":1}}""")]
    [InlineData("""{"arguments":{}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task What_does_not_fit_is_refused_with_a_sentence(string json)
    {
        var answer = await host.SendAsync("POST", "/api/v1/runs", host.Admin, json);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json", "api.refused"), (answer.Status, answer.Type, answer.Situation));
        Assert.NotEqual("", answer.Json.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("POST", "/api/v1/runs")]
    [InlineData("PATCH", "/api/v1/alerts/settings")]
    [InlineData("PUT", "/api/v1/alerts/channels/1")]
    public async Task A_body_that_is_no_JSON_is_refused(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("kind=VerifyStore") };
        request.Headers.Add("Authorization", $"Bearer {host.Admin}");

        using var answer = await host.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await host.SendAsync(method, path, host.Admin)).Status);
    }

    [Fact]
    public async Task A_schedule_is_added_paused_triggered_and_removed_by_the_token_that_asked()
    {
        var added = await host.SendAsync(
            "POST", "/api/v1/schedules", host.Admin, """{"name":"weekly check","kind":"VerifyStore","arguments":{"id":1},"cron":"0 3 * * 0","zone":"Asia/Tokyo"}""");
        var slots = (await host.GetAsync($"{added.Location}/next?count=2", host.Read)).GetProperty("slotsUtc").EnumerateArray().Select(slot => slot.GetString()!).ToList();
        var paused = await host.SendAsync("POST", $"{added.Location}/pause", host.Operate);
        var triggered = await host.SendAsync("POST", $"{added.Location}/trigger", host.Operate);
        var end = await host.EndOfAsync(triggered.Location!);
        var removed = await host.SendAsync("DELETE", added.Location!, host.Admin);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.OK), (added.Status, paused.Status, triggered.Status, removed.Status));
        Assert.All(slots, slot => Assert.EndsWith("T18:00:00.000Z", slot, StringComparison.Ordinal));   // Sunday 3 o'clock in Tokyo is 18:00 UTC on Saturday.
        Assert.Equal("Succeeded", Word(end, "state"));
        foreach (var (action, actor) in new[] { ("ScheduleAdd", "administrator (token)"), ("SchedulePause", "operator (token)"), ("ScheduleDelete", "administrator (token)") })
        {
            var told = (await host.GetAsync($"/api/v1/audit?action={action}", host.Read)).GetProperty("events").EnumerateArray()
                .Single(entry => Word(entry.GetProperty("object"), "name") == "weekly check");   // Once, not twice.
            Assert.Equal((actor, "Api"), (Word(told, "actor"), Word(told, "actorKind")));
        }
    }

    [Fact]
    public async Task Mail_is_found_and_its_octets_come_as_they_were_archived()
    {
        await Installation.UntilAsync(async () => (await host.GetAsync("/api/v1/messages?q=%E8%A6%8B%E7%A9%8D", host.Mail)).GetProperty("total").GetInt64() > 0);
        var hits = (await host.GetAsync("/api/v1/messages?q=%E8%A6%8B%E7%A9%8D&limit=1", host.Mail)).GetProperty("hits");

        Assert.Equal(1, hits.GetArrayLength());
        foreach (var file in Directory.EnumerateFiles(host.Samples))
        {
            var octets = await File.ReadAllBytesAsync(file);
            var raw = await host.SendAsync("GET", $"/api/v1/messages/{Convert.ToHexStringLower(SHA256.HashData(octets))}/raw", host.Mail);
            Assert.Equal((HttpStatusCode.OK, "message/rfc822"), (raw.Status, raw.Type));
            Assert.Equal(octets, raw.Octets);
        }
    }

    [Fact]
    public async Task Reading_mail_over_the_API_is_told()
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(host.Samples, "01-plain.eml"))));

        await host.GetAsync($"/api/v1/messages/{sha256}", host.Mail);
        await host.SendAsync("GET", $"/api/v1/messages/{sha256}/raw", host.Mail);

        foreach (var action in new[] { "MessageRead", "MessageDownload" })
        {
            var told = (await host.GetAsync($"/api/v1/audit?action={action}", host.Read)).GetProperty("events").EnumerateArray();
            Assert.Contains(told, entry => Word(entry, "actor") == "discovery (token)" && Word(entry.GetProperty("details"), "sha256") == sha256);
        }
    }

    [Fact]
    public async Task A_message_is_deleted_and_told_once_as_done_by_the_token()
    {
        var mail = Path.Combine(host.Installation.Allowed, "gone");
        Directory.CreateDirectory(mail);
        var octets = "Subject: Goes away\r\nMessage-ID: <goes-away@example.jp>\r\n\r\nText\r\n"u8.ToArray();
        await File.WriteAllBytesAsync(Path.Combine(mail, "gone.eml"), octets);
        await host.SendAsync("POST", "/api/v1/profiles", host.Admin, JsonSerializer.Serialize(new { name = "Gone", source = "eml", path = mail }));
        await host.RunAsync("RunProfile", new { name = "Gone" });
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(octets));
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", $"/api/v1/messages/{sha256}/raw", host.Mail)).Status);

        var deleted = await host.SendAsync("POST", "/api/v1/messages/delete", host.Admin, JsonSerializer.Serialize(new { messages = new[] { sha256 }, reason = "asked for" }));

        Assert.Equal([sha256], deleted.Json.GetProperty("deleted").EnumerateArray().Select(id => id.GetString()!));
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", $"/api/v1/messages/{sha256}/raw", host.Mail)).Status);
        var told = Assert.Single((await host.GetAsync("/api/v1/audit?action=MessageDelete", host.Read)).GetProperty("events").EnumerateArray());
        Assert.Equal(("administrator (token)", "Api"), (Word(told, "actor"), Word(told, "actorKind")));
    }

    [Fact]
    public async Task Only_paths_below_the_allowed_roots_are_opened()
    {
        var allowed = host.Installation.Allowed;
        Directory.CreateDirectory(Path.Combine(host.Installation.Directory, "secret"));
        Directory.CreateSymbolicLink(Path.Combine(allowed, "link"), Path.Combine(host.Installation.Directory, "secret"));
        string[] outside = [Path.Combine(host.Installation.Directory, "secret"), Path.Combine(allowed, "link"), Path.Combine(allowed, "link", "new"), $"{allowed}/../secret", "/", host.Installation.Data, "eml"];

        foreach (var path in outside)
        {
            await AssertRefusedAsync("/api/v1/profiles", new { name = "Outside", source = "eml", path });
            await AssertRefusedAsync("/api/v1/alerts/channels", new { kind = "pickup", directory = path });
            await AssertRefusedAsync("/api/v1/runs", new { kind = "ExportMessages", arguments = new { id = 1, directory = path } });
            await AssertRefusedAsync("/api/v1/runs", new { kind = "CreateBackup", arguments = new { PATH = path } });
            await AssertRefusedAsync("/api/v1/schedules", new { name = "Outside", kind = "CreateBackup", arguments = new { path }, every = "1d" });
        }

        var inside = await host.RunAsync("ExportMessages", new { id = 1, directory = Path.Combine(allowed, "out") }, host.Admin);
        Assert.Equal("Succeeded", Word(inside, "state"));
        Assert.Contains(Path.Combine(allowed, "out"), Directory.EnumerateDirectories(allowed));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(host.Installation.Directory, "secret")));
    }

    [Fact]
    public async Task A_profile_never_shows_its_password()
    {
        var added = await host.SendAsync(
            "POST", "/api/v1/profiles", host.Admin, """{"name":"Server","source":"imap","host":"imap.example.jp","mailboxes":[{"user":"tanaka","password":"Geheim-3141"}]}""");
        var changed = await host.SendAsync("PATCH", added.Location!, host.Admin, """{"port":1993}""");
        var removed = await host.SendAsync("DELETE", added.Location!, host.Admin);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK, HttpStatusCode.OK), (added.Status, changed.Status, removed.Status));
        Assert.Equal(1993, changed.Json.GetProperty("port").GetInt32());
        Assert.DoesNotContain("Geheim-3141", added.Text + changed.Text + (await host.SendAsync("GET", "/api/v1/audit?limit=1000", host.Read)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_lists_what_docs_api_lists_and_says_how_to_authenticate()
    {
        var document = (await host.SendAsync("GET", "/openapi/v1.json", null)).Json;

        var listed = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name["/api/v1".Length..]}")).Order(StringComparer.Ordinal);
        var described = Route().Matches(await File.ReadAllTextAsync(Path.Combine(Installation.Root, "docs", "api.md"))).Select(route => $"{route.Groups[1].Value} {route.Groups[2].Value}").Order(StringComparer.Ordinal);
        Assert.Equal(described, listed);
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString());
    }

    [GeneratedRegex("^\\| `(GET|POST|PUT|PATCH|DELETE) (/[^` ?]+)", RegexOptions.Multiline)]
    private static partial Regex Route();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormSecret();

    private static string? Word(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static List<long> Ids(JsonElement page) => [.. page.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("id").GetInt64())];

    private async Task AssertRefusedAsync(string path, object body)
    {
        var json = JsonSerializer.Serialize(body);
        var answer = await host.SendAsync("POST", path, host.Admin, json);
        Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{path} {json}: {answer.Status} {answer.Text}");
        Assert.Equal("path.not-allowed", answer.Situation);
    }

    /// <returns>The cookies of the first administrator, who has logged in.</returns>
    private async Task<string> LogInAsync()
    {
        var password = LastWord(await File.ReadAllTextAsync(Path.Combine(host.Installation.Data, "first-login.txt")));
        using var page = await host.Http.GetAsync(new Uri("/login", UriKind.Relative));
        var secret = FormSecret().Match(await page.Content.ReadAsStringAsync()).Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login");
        request.Headers.Add("Cookie", Cookies(page));
        request.Content = new FormUrlEncodedContent([KeyValuePair.Create("name", "admin"), KeyValuePair.Create("password", password), KeyValuePair.Create("__RequestVerificationToken", secret)]);
        using var entered = await host.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, entered.StatusCode);
        return Cookies(entered);
    }

    private static string LastWord(string text) => text.TrimEnd().Split([' ', '\n', '\t'])[^1];

    private static string Cookies(HttpResponseMessage answer) => string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
}
