using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.Mail.Tests.Files;

/// <summary>Buffers in memory without a bound; knows how many are not disposed yet.</summary>
internal sealed class MemoryBuffers : IMessageBuffers
{
    private int _open;

    public int Open => Volatile.Read(ref _open);

    public MessageBuffer Create(long expectedLength, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _open);
        return new Buffer(this);
    }

    private sealed class Buffer(MemoryBuffers owner) : MessageBuffer
    {
        private readonly MemoryStream _octets = new();
        private ContentId? _id;

        public override long Length => _octets.Length;

        public override ContentId Id => _id ?? throw new InvalidOperationException("Not completed.");

        public override bool IsInMemory => true;

        public override ReadOnlyMemory<byte> Memory => _octets.GetBuffer().AsMemory(0, (int)_octets.Length);

        public override void Write(ReadOnlySpan<byte> octets) => _octets.Write(octets);

        public override void Complete() => _id = ContentId.Of(Memory.Span);

        public override Stream OpenRead() => new MemoryStream(_octets.ToArray(), writable: false);

        protected override void Dispose(bool disposing) => Interlocked.Decrement(ref owner._open);
    }
}
