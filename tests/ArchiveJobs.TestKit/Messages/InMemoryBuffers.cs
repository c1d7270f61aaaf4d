using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.TestKit.Messages;

/// <summary>Message buffers for tests: up to a limit in memory, above it in a temporary file, and everything is counted.</summary>
/// <param name="mostInMemory">Octets of one message that stay in memory.</param>
public sealed class InMemoryBuffers(int mostInMemory = InMemoryBuffers.UsualMostInMemory) : IMessageBuffers
{
    public const int UsualMostInMemory = 16 * 1024 * 1024;

    private int _open;
    private long _inMemory;
    private long _mostInMemory;

    /// <summary>Buffers made and not yet disposed.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>The most octets that all buffers together held in memory at one time.</summary>
    public long PeakOctetsInMemory => Volatile.Read(ref _mostInMemory);

    /// <summary>Called before each buffer is made: a test may wait or throw here.</summary>
    public Action<long>? BeforeCreate { get; set; }

    public MessageBuffer Create(long expectedLength, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BeforeCreate?.Invoke(expectedLength);
        Interlocked.Increment(ref _open);
        return new Buffer(this, mostInMemory);
    }

    private void Count(long octets)
    {
        var now = Interlocked.Add(ref _inMemory, octets);
        var most = Volatile.Read(ref _mostInMemory);
        while (now > most)
        {
            most = Interlocked.CompareExchange(ref _mostInMemory, now, most);
        }
    }

    private sealed class Buffer(InMemoryBuffers owner, int mostInMemory) : MessageBuffer
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private MemoryStream? _memory = new();
        private FileStream? _file;
        private ContentId? _id;
        private bool _isDisposed;

        public override long Length => _file?.Length ?? _memory!.Length;

        public override ContentId Id => _id ?? throw new InvalidOperationException("Not completed.");

        public override bool IsInMemory => _file is null;

        public override ReadOnlyMemory<byte> Memory => _memory!.GetBuffer().AsMemory(0, (int)_memory.Length);

        public override void Write(ReadOnlySpan<byte> octets)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_id is not null)
            {
                throw new InvalidOperationException("Completed already.");
            }

            _hash.AppendData(octets);
            if (_file is null && _memory!.Length + octets.Length > mostInMemory)
            {
                Spill();
            }

            if (_file is not null)
            {
                _file.Write(octets);
                return;
            }

            _memory!.Write(octets);
            owner.Count(octets.Length);
        }

        public override void Complete()
        {
            _file?.Flush();
            _id = new ContentId(_hash.GetHashAndReset());
        }

        public override Stream OpenRead() => _file is null
            ? new MemoryStream(_memory!.GetBuffer(), 0, (int)_memory.Length, writable: false)
            : new FileStream(_file.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        protected override void Dispose(bool disposing)
        {
            if (!disposing || _isDisposed)
            {
                return;
            }

            _isDisposed = true;
            Interlocked.Decrement(ref owner._open);
            owner.Count(-(_memory?.Length ?? 0));
            _file?.Dispose();
            _hash.Dispose();
        }

        private void Spill()
        {
            var path = Path.Combine(Path.GetTempPath(), $"aj-test-{Guid.NewGuid():N}.spill");
            _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 65536, FileOptions.DeleteOnClose);
            _file.Write(_memory!.GetBuffer(), 0, (int)_memory.Length);
            owner.Count(-_memory.Length);
            _memory = null;
        }
    }
}
