using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>A real Chromium without a window, spoken to over its debugging protocol.</summary>
internal sealed class DevTools : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Names = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private int _id;

    private DevTools(Process process, string profile)
    {
        _process = process;
        _profile = profile;
    }

    /// <summary>Null when there is none on this machine.</summary>
    public static string? Program => Names.FirstOrDefault(File.Exists);

    public static async Task<DevTools> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("archivejobs-chromium-").FullName;
        string[] words = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile}", "about:blank"];
        var process = Process.Start(new ProcessStartInfo(Program!, words) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var tools = new DevTools(process, profile);
        var port = await ReadPortAsync(process);
        process.BeginOutputReadLine();
        _ = process.StandardError.ReadToEndAsync();   // Read on, or it would stand still when the pipe is full.
        using var http = new HttpClient();
        var pages = await http.GetFromJsonAsync<JsonArray>(new Uri($"http://127.0.0.1:{port}/json"));
        var page = pages!.First(target => target!["type"]!.GetValue<string>() == "page")!;
        await tools._socket.ConnectAsync(new Uri(page["webSocketDebuggerUrl"]!.GetValue<string>()), CancellationToken.None);
        await tools.SendAsync("Page.enable", new { });
        return tools;
    }

    public Task GoAsync(Uri url) => SendAsync("Page.navigate", new { url = url.ToString() });

    /// <summary>The value of a script; promises are awaited.</summary>
    public async Task<JsonNode?> EvaluateAsync(string script)
    {
        var answer = await SendAsync("Runtime.evaluate", new { expression = script, awaitPromise = true, returnByValue = true });
        return answer["result"]?["value"];
    }

    /// <summary>Waits until the script says true.</summary>
    public async Task UntilAsync(string script)
    {
        var started = Stopwatch.GetTimestamp();
        while ((await EvaluateAsync(script))?.ToString() != "true")
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                Assert.Fail($"Waited in vain for: {script}\n{await EvaluateAsync("location.href + '\\n' + document.body?.innerText")}");
            }

            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    private async Task<JsonNode> SendAsync(string method, object parameters)
    {
        var id = ++_id;
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { id, method, @params = parameters }), WebSocketMessageType.Text, true, CancellationToken.None);
        while (true)
        {
            // Events come between; only the answer is of interest.
            var message = JsonNode.Parse(await ReceiveAsync())!;
            if (message["id"]?.GetValue<int>() == id)
            {
                return message["result"] ?? throw new InvalidOperationException(message.ToJsonString());
            }
        }
    }

    private async Task<string> ReceiveAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[64 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, CancellationToken.None);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return Encoding.UTF8.GetString(message.ToArray());
    }

    private static async Task<int> ReadPortAsync(Process process)
    {
        using var late = new CancellationTokenSource(Patience);
        while (await process.StandardError.ReadLineAsync(late.Token) is { } line)
        {
            if (line.StartsWith("DevTools listening on ", StringComparison.Ordinal))
            {
                return new Uri(line["DevTools listening on ".Length..]).Port;
            }
        }

        throw new InvalidOperationException("Chromium ended before it listened.");
    }
}
