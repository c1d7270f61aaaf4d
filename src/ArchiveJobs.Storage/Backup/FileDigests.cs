using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Backup;

/// <param name="Whole">SHA-256 of the file: what manifests hold.</param>
/// <param name="Body">SHA-256 without the last 256 bytes: for a sealed segment, what its trailer says. Of nothing for a shorter file.</param>
internal readonly record struct FileDigests(ContentId Whole, ContentId Body);

/// <summary>Both digests of a file in one pass.</summary>
internal sealed class FileHash(long length) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _bodyLength = Math.Max(0, length - SegmentTrailer.Bytes);
    private readonly byte[] _body = new byte[ContentId.Bytes];
    private long _at;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var ofBody = (int)Math.Clamp(_bodyLength - _at, 0, bytes.Length);
        _hash.AppendData(bytes[..ofBody]);
        _at += ofBody;
        if (_at == _bodyLength)
        {
            if (ofBody > 0)
            {
                _hash.GetCurrentHash(_body);
            }

            _hash.AppendData(bytes[ofBody..]);
        }
    }

    public FileDigests Finish() => new(new ContentId(_hash.GetHashAndReset()), new ContentId(_body));

    public void Dispose() => _hash.Dispose();
}
