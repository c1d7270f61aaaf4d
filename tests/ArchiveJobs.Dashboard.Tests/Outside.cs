using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>Everything beyond this machine, as one listener that remembers what it hears and answers with an empty picture.</summary>
public sealed class Outside : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _heard = [];
    private readonly ConcurrentDictionary<string, string> _pages = [];
    private readonly CancellationTokenSource _over = new();
    private readonly Task _listening;

    public Outside()
    {
        _listener.Start();
        _listening = ListenAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The first octets of each connection, also of those that said nothing or spoke TLS, whose greeting has the name that was wanted.</summary>
    public IReadOnlyList<string> Heard => [.. _heard];

    /// <summary>Answers a path, whatever the host, with a page instead of the empty picture.</summary>
    public void Serve(string path, string html) => _pages[path] = html;

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _listening;
        _listener.Dispose();
        _over.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                _ = HearAsync(await _listener.AcceptTcpClientAsync(_over.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The tests are over.
        }
    }

    private async Task HearAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var octets = new byte[8192];
                var count = await client.GetStream().ReadAsync(octets, _over.Token);
                var heard = Encoding.Latin1.GetString(octets, 0, count);
                _heard.Enqueue(heard);
                await client.GetStream().WriteAsync(Answer(heard), _over.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                _heard.Enqueue("");
            }
        }
    }

    private byte[] Answer(string heard)
    {
        var isPage = _pages.TryGetValue(heard.Split(' ') is [_, var path, ..] ? path : "", out var html);
        var body = Encoding.UTF8.GetBytes(html ?? "");
        var head = $"HTTP/1.1 200 OK\r\nContent-Type: {(isPage ? "text/html; charset=utf-8" : "image/gif")}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }
}
