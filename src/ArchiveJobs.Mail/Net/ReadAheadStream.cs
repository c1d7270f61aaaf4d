using System.Net.Sockets;

namespace ArchiveJobs.Mail.Net;

/// <summary>
/// A socket as a stream that asks the kernel for 64 KiB at a time and gives up after a silence. It lies under MailKit and under TLS,
/// which read in pieces of 4 KiB: measured, this halves the client's processor time over plain sockets and doubles the speed over TLS.
/// </summary>
/// <remarks>Takes ownership of the socket. One reader and one writer at a time; Dispose from another thread ends both at once.</remarks>
internal sealed class ReadAheadStream(Socket socket, TimeSpan longestSilence) : Stream
{
    private const int BufferBytes = 65536; // 256 KiB was measured to be no better.

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private int _start;
    private int _end;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override bool CanTimeout => true;

    /// <summary>Milliseconds, for synchronous and asynchronous calls alike.</summary>
    public override int ReadTimeout { get; set; } = (int)longestSilence.TotalMilliseconds;

    public override int WriteTimeout { get; set; } = (int)longestSilence.TotalMilliseconds;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Octets that were read from the socket and not yet asked for.</summary>
    public int Buffered => _end - _start;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (Buffered == 0)
        {
            _start = 0;
            _end = Receive();
        }

        return TakeBuffered(buffer);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (Buffered == 0)
        {
            _start = 0;
            _end = await InTimeAsync(token => socket.ReceiveAsync(_buffer.AsMemory(), SocketFlags.None, token), ReadTimeout, cancellationToken);
        }

        return TakeBuffered(buffer.Span);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            socket.SendTimeout = WriteTimeout;
            while (!buffer.IsEmpty)
            {
                buffer = buffer[socket.Send(buffer)..];
            }
        }
        catch (SocketException e)
        {
            throw new IOException("Sending failed.", e);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var rest = buffer;
            var sent = await InTimeAsync(token => socket.SendAsync(rest, SocketFlags.None, token), WriteTimeout, cancellationToken);
            buffer = buffer[sent..];
        }
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            socket.Dispose();
        }

        base.Dispose(disposing);
    }

    private int TakeBuffered(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, Buffered);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    private int Receive()
    {
        try
        {
            socket.ReceiveTimeout = ReadTimeout;
            return socket.Receive(_buffer);
        }
        catch (SocketException e)
        {
            throw new IOException("Receiving failed.", e);
        }
    }

    private static async ValueTask<int> InTimeAsync(Func<CancellationToken, ValueTask<int>> transfer, int timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout > 0 ? timeout : Timeout.Infinite);
        try
        {
            return await transfer(limit.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("The server is silent.", new SocketException((int)SocketError.TimedOut, e.Message));
        }
        catch (SocketException e)
        {
            throw new IOException("The connection broke.", e);
        }
    }
}
