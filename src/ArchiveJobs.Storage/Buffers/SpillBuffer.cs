using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using Microsoft.Win32.SafeHandles;

namespace ArchiveJobs.Storage.Buffers;

/// <summary>A message in a file of its own that only the owner may read and that goes with the buffer. Not durable: it is only on its way.</summary>
internal sealed class SpillBuffer : MessageBuffer
{
    public const string Extension = ".spill";

    private const int WriteBytes = 256 * 1024;

    private readonly SafeFileHandle _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _pending = new byte[WriteBytes];
    private int _pendingLength;
    private long _written;
    private ContentId? _id;

    /// <exception cref="ArchiveException">No file can be made (StoreFull, StoreReadOnly).</exception>
    public SpillBuffer(string directory)
    {
        var path = Path.Combine(directory, Guid.NewGuid().ToString("N") + Extension);
        _file = Translated(() => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose));
    }

    public override long Length => _written + _pendingLength;

    public override ContentId Id => _id ?? throw new InvalidOperationException("The message is not complete.");

    public override bool IsInMemory => false;

    public override ReadOnlyMemory<byte> Memory => throw new InvalidOperationException("The message lies in a file.");

    public override void Write(ReadOnlySpan<byte> octets)
    {
        _hash.AppendData(octets);
        while (!octets.IsEmpty)
        {
            var take = Math.Min(octets.Length, _pending.Length - _pendingLength);
            octets[..take].CopyTo(_pending.AsSpan(_pendingLength));
            _pendingLength += take;
            octets = octets[take..];
            if (_pendingLength == _pending.Length)
            {
                WritePending();
            }
        }
    }

    public override void Complete()
    {
        WritePending();
        _id = new ContentId(_hash.GetHashAndReset());
    }

    public override Stream OpenRead() => new HandleStream(_file, _written);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _hash.Dispose();
        }
    }

    private void WritePending()
    {
        Translated(() =>
        {
            RandomAccess.Write(_file, _pending.AsSpan(0, _pendingLength), _written);
            return true;
        });
        _written += _pendingLength;
        _pendingLength = 0;
    }

    private static T Translated<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.From(e, new StoreName(0, "tmp"));
        }
    }
}
