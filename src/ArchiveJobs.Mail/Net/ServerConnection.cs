using System.Net;
using System.Net.Sockets;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Net;

/// <summary>Reaches a server: name, then each of its addresses in turn, within the profile's timeout.</summary>
internal static class ServerConnection
{
    /// <exception cref="SocketException">The name is unknown, or no address answered; the last address's error, TimedOut when time ran out.</exception>
    public static async Task<ReadAheadStream> OpenAsync(MailboxConnection connection, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(connection.Timeout);
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(connection.Host, limit.Token);
            return new ReadAheadStream(await ConnectAsync(addresses, connection.Port, limit.Token), connection.Timeout);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SocketException((int)SocketError.TimedOut);
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress[] addresses, int port, CancellationToken cancellationToken)
    {
        var last = new SocketException((int)SocketError.HostNotFound);
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, port, cancellationToken);
                return socket;
            }
            catch (SocketException e)
            {
                socket.Dispose();
                last = e;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                throw;
            }
        }

        throw last;
    }
}
