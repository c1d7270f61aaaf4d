namespace ArchiveJobs.Search.Text;

/// <summary>Takes what is written up to a limit and swallows the rest: a part's decoded content.</summary>
internal sealed class CappedStream(int limit) : Stream
{
    private byte[] _octets = new byte[16 * 1024];
    private int _length;

    public ReadOnlySpan<byte> Written => _octets.AsSpan(0, _length);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get => _length; set => throw new NotSupportedException(); }

    public void Clear() => _length = 0;

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer = buffer[..Math.Min(buffer.Length, limit - _length)];
        if (_length + buffer.Length > _octets.Length)
        {
            Array.Resize(ref _octets, Math.Max(_length + buffer.Length, _octets.Length * 2));
        }

        buffer.CopyTo(_octets.AsSpan(_length));
        _length += buffer.Length;
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
