using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.Mail.Imap;

/// <summary>Takes one fetched body into a message buffer; without a buffer the octets are counted and dropped.</summary>
/// <param name="announced">Octets of the literal.</param>
internal sealed class BodyStream(MessageBuffer? buffer, int announced) : Stream
{
    private MessageBuffer? _buffer = buffer;
    private long _written;

    public int Announced => announced;

    public bool IsComplete => _written == announced && announced > 0;

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _written;

    /// <summary>MailKit rewinds what it filled; there is nothing to rewind.</summary>
    public override long Position
    {
        get => 0;
        set => ArgumentOutOfRangeException.ThrowIfNotEqual(value, 0);
    }

    /// <summary>Hands the buffer over, completed; null when there is none or octets are missing.</summary>
    public MessageBuffer? Detach()
    {
        if (!IsComplete || _buffer is null)
        {
            return null;
        }

        var whole = _buffer;
        whole.Complete();
        _buffer = null;
        return whole;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _buffer?.Write(buffer);
        _written += buffer.Length;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => 0;

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _buffer?.Dispose();
            _buffer = null;
        }

        base.Dispose(disposing);
    }
}
