using System.Buffers;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Storage.Io;

namespace ArchiveJobs.Storage.Buffers;

/// <summary>Buffers for messages on their way into the store, all of a process under one budget of memory.</summary>
internal sealed class MessageBuffers : IMessageBuffers, IDisposable
{
    private readonly string _directory;
    private readonly StoreOptions _options;
    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _roomGiven = new(initialState: true);
    private long _inUse;
    private long _files;

    /// <param name="directory">For spill files; what an earlier process left in it is removed.</param>
    public MessageBuffers(string directory, StoreOptions options)
    {
        _directory = directory;
        _options = options;
        PrivateDirectory.Create(directory);
        foreach (var left in Directory.EnumerateFiles(directory, "*" + SpillSuffix))
        {
            File.Delete(left);
        }
    }

    private const string SpillSuffix = ".spill";

    /// <summary>Octets of all buffers in memory.</summary>
    public long InUse
    {
        get
        {
            lock (_lock)
            {
                return _inUse;
            }
        }
    }

    public MessageBuffer Create(long expectedLength, CancellationToken cancellationToken)
    {
        var wanted = (int)Math.Clamp(expectedLength, 1024, _options.SpillBytes);
        Wait(wanted, cancellationToken);
        return new PooledMessageBuffer(this, wanted, _options.SpillBytes);
    }

    /// <summary>Grows a buffer that turned out larger than announced. It does not wait: its owner may hold what others wait for.</summary>
    internal void Grow(int more)
    {
        lock (_lock)
        {
            _inUse += more;
        }
    }

    internal void Release(int bytes)
    {
        lock (_lock)
        {
            _inUse -= bytes;
        }

        _roomGiven.Set();
    }

    public void Dispose() => _roomGiven.Dispose();

    internal string NextSpillPath() => Path.Combine(_directory, $"{Environment.ProcessId}-{Interlocked.Increment(ref _files)}{SpillSuffix}");

    private void Wait(int wanted, CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_lock)
            {
                // A buffer larger than the whole budget gets in when nothing else is held, so that nothing waits for ever.
                if (_inUse == 0 || _inUse + wanted <= _options.BufferBytes)
                {
                    _inUse += wanted;
                    return;
                }

                _roomGiven.Reset();
            }

            // The caller is a fetch thread in the middle of a server's answer: blocking it is the back-pressure, the server's socket fills.
            _roomGiven.Wait(cancellationToken);
        }
    }

    internal static byte[] Rent(int bytes) => ArrayPool<byte>.Shared.Rent(bytes);

    internal static void Return(byte[] bytes) => ArrayPool<byte>.Shared.Return(bytes);
}
