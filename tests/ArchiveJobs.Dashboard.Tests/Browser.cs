using System.Net;
using System.Text.RegularExpressions;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>What a browser does without script: keeps cookies, posts forms with their hidden fields.</summary>
internal sealed partial class Browser : IDisposable
{
    private readonly HttpClient _http;

    public Browser(Uri url)
    {
        _http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = url };
    }

    public HttpClient Http => _http;

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri(path, UriKind.Relative));

    public async Task<string> ReadAsync(string path) => await (await GetAsync(path)).Content.ReadAsStringAsync();

    /// <summary>Opens the page and posts its form with these values.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string page, string action, params (string Name, string Value)[] values)
    {
        var token = Token().Match(await ReadAsync(page)).Groups[1].Value;
        var fields = values.Select(value => KeyValuePair.Create(value.Name, value.Value)).Append(KeyValuePair.Create("__RequestVerificationToken", token));
        using var form = new FormUrlEncodedContent(fields);
        return await _http.PostAsync(new Uri(action, UriKind.Relative), form);
    }

    public Task<HttpResponseMessage> LogInAsync(string name, string password) => SubmitAsync("/login", "/login", ("name", name), ("password", password), ("returnUrl", "/"));

    public Task<HttpResponseMessage> ChangePasswordAsync(string from, string to) => SubmitAsync("/password", "/password", ("current", from), ("chosen", to), ("again", to));

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
