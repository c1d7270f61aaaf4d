using System.Net;
using System.Net.Sockets;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>A line to a server on this machine, fast or so slow that one can watch.</summary>
public sealed class SlowLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _over = new();
    private readonly int _server;
    private readonly Task _listening;

    public SlowLine(int server)
    {
        _server = server;
        _listener.Start();
        _listening = ListenAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>About 160 KB a second and connection while it is slow.</summary>
    public bool IsSlow { get; set; }

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
                _ = CarryAsync(await _listener.AcceptTcpClientAsync(_over.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The tests are over.
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _server, _over.Token);
            await Task.WhenAny(CopyAsync(near.GetStream(), far.GetStream()), CopyAsync(far.GetStream(), near.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One of the two has hung up.
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to)
    {
        var octets = new byte[8192];
        while (await from.ReadAsync(octets, _over.Token) is > 0 and var count)
        {
            await to.WriteAsync(octets.AsMemory(0, count), _over.Token);
            if (IsSlow)
            {
                await Task.Delay(50, _over.Token);
            }
        }
    }
}
