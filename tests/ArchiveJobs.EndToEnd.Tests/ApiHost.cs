using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ArchiveJobs.EndToEnd.Tests;

/// <summary>One host for all tests of the API, a token of each scope, and the samples archived.</summary>
public sealed class ApiHost : IAsyncLifetime
{
    private readonly HttpClientHandler _handler = new() { UseCookies = false, AllowAutoRedirect = false };
    private HttpClient _http = new();

    public Installation Installation { get; } = new();

    public HttpClient Http => _http;

    public string Read { get; private set; } = "";

    public string Operate { get; private set; } = "";

    public string Admin { get; private set; } = "";

    /// <summary>Of the scope read, and reads mail.</summary>
    public string Mail { get; private set; } = "";

    public string Samples => Path.Combine(Installation.Allowed, "eml");

    public async ValueTask InitializeAsync()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Installation.Samples, "eml"), "*.eml", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Samples);
            File.Copy(file, Path.Combine(Samples, Path.GetFileName(file)));
        }

        var (_, url) = await Installation.ServeAsync();
        _http = new HttpClient(_handler) { BaseAddress = url };
        Read = await CreateTokenAsync("reader", "read");
        Operate = await CreateTokenAsync("operator", "operate");
        Admin = await CreateTokenAsync("administrator", "admin");
        Mail = await CreateTokenAsync("discovery", "read", "--read-mail");
        Assert.Equal(HttpStatusCode.Created, (await SendAsync("POST", "/api/v1/stores", Admin, """{"name":"2026","archiveHere":true}""")).Status);
        var added = await SendAsync("POST", "/api/v1/profiles", Admin, JsonSerializer.Serialize(new { name = "Samples", source = "eml", path = Samples }));
        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Equal("Succeeded", (await RunAsync("RunProfile", new { name = "Samples" })).GetProperty("state").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _handler.Dispose();
        await Installation.DisposeAsync();
    }

    public async Task<string> CreateTokenAsync(string name, string scope, params string[] options) =>
        (await Installation.MustJsonAsync(["token", "create", "--name", name, "--scope", scope, .. options])).GetProperty("token").GetString()!;

    public async Task<ApiAnswer> SendAsync(string method, string path, string? token, string? json = null, string? language = null, string? cookie = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        if (language is not null)
        {
            request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(language));
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        using var response = await _http.SendAsync(request);
        return new ApiAnswer(response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(), response.Headers.Location?.ToString());
    }

    public async Task<JsonElement> GetAsync(string path, string token)
    {
        var answer = await SendAsync("GET", path, token);
        Assert.True(answer.Status == HttpStatusCode.OK, $"GET {path}: {answer.Status} {answer.Text}");
        return answer.Json;
    }

    /// <summary>Triggers a run as an operator (an administrator where paths are named) and asks until it has ended.</summary>
    public async Task<JsonElement> RunAsync(string kind, object arguments, string? token = null)
    {
        var started = await SendAsync("POST", "/api/v1/runs", token ?? Operate, JsonSerializer.Serialize(new { kind, arguments }));
        Assert.True(started.Status == HttpStatusCode.Created, $"{kind}: {started.Status} {started.Text}");
        return await EndOfAsync(started.Location!);
    }

    public async Task<JsonElement> EndOfAsync(string run)
    {
        var shown = await GetAsync(run, Read);
        await Installation.UntilAsync(async () => (shown = await GetAsync(run, Read)).GetProperty("endedUtc").ValueKind != JsonValueKind.Null);
        return shown;
    }
}

public sealed record ApiAnswer(HttpStatusCode Status, string? Type, byte[] Octets, string? Location)
{
    public string Text => Encoding.UTF8.GetString(Octets);

    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Octets);
            return document.RootElement.Clone();
        }
    }

    public string? Situation => Json.GetProperty("situation").GetString();
}
