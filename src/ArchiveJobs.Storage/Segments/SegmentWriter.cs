using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;

namespace ArchiveJobs.Storage.Segments;

/// <summary>
/// Appends records to one segment file. One thread. After an exception it must not be used again: what the disk holds of it is unknown
/// (a failed fsync drops the pages, and the next one reports success).
/// </summary>
internal sealed class SegmentWriter : IDisposable
{
    private const int WriteThreshold = 4 << 20;

    private readonly IFileSystem _files;
    private readonly string _path;
    private readonly SegmentHeader _header;
    private readonly StoreKeys _keys;
    private readonly ICompressor _compressor;
    private readonly SegmentCipher _cipher;
    private readonly IAppendFile _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<KeyValuePair<long, IReadOnlyList<BlockEntry>>> _blocks;
    private readonly List<byte[]> _commits;
    private int _copies;

    private byte[] _pending = new byte[WriteThreshold + (1 << 20)];
    private byte[] _check = new byte[512 * 1024];
    private int _pendingLength;
    private long _written;
    private long _firstCommit;
    private long _lastCommit;
    private ContentId _lastHash;
    private bool _isBroken;

    private SegmentWriter(IFileSystem files, string path, SegmentHeader header, StoreKeys keys, ICompressor compressor, IAppendFile file, long written)
    {
        _files = files;
        _path = path;
        _header = header;
        _keys = keys;
        _compressor = compressor;
        _file = file;
        _written = written;
        _cipher = new SegmentCipher(header.Store, header.Segment, keys.DeriveSegmentKey(header.KeyVersion, header.Segment));
        _blocks = [];
        _commits = [];
        _lastHash = header.AfterHash;
    }

    public SegmentId Segment => _header.Segment;

    /// <summary>Bytes written or waiting to be.</summary>
    public long Length => _written + _pendingLength;

    /// <summary>Makes a segment's file, empty, and its name durable: from here on no writer of an older epoch acknowledges anything.</summary>
    public static IAppendFile Claim(IFileSystem files, string directory, SegmentId id)
    {
        var file = files.CreateNew(Path.Combine(directory, id.FileName));
        try
        {
            // Crash here: an empty file, which the next opening removes.
            files.SyncDirectory(directory);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the header into a claimed file and makes it durable. Takes ownership of the file.</summary>
    public static SegmentWriter Begin(IFileSystem files, string directory, IAppendFile file, SegmentHeader header, StoreKeys keys, ICompressor compressor)
    {
        var writer = new SegmentWriter(files, Path.Combine(directory, header.Segment.FileName), header, keys, compressor, file, 0);
        try
        {
            writer.AppendPlain(header.Encode());
            writer.Sync();
            return writer;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Opens a segment whose writer has died, to cut what is behind its last commit and to seal it.</summary>
    public static SegmentWriter Resume(IFileSystem files, string path, SegmentScan scan, StoreKeys keys, ICompressor compressor)
    {
        var file = files.OpenExisting(path);
        var writer = new SegmentWriter(files, path, scan.Header!, keys, compressor, file, scan.GoodLength);
        file.SetLength(scan.GoodLength);
        writer.HashExisting(scan.GoodLength);
        writer._blocks.AddRange(scan.Blocks.Where(block => block.Offset < scan.GoodLength).Select(block => KeyValuePair.Create(block.Offset, block.Entries)));
        writer._commits.AddRange(scan.Commits.Select(commit => commit.Bytes));
        if (scan.Commits.Count > 0)
        {
            writer._firstCommit = scan.Commits[0].Chained.Commit.Number;
            writer._lastCommit = scan.Commits[^1].Chained.Commit.Number;
            writer._lastHash = scan.Commits[^1].Chained.Hash;
        }

        return writer;
    }

    /// <summary>Encodes one block, decodes it again, compares, and appends it. One that is being compressed is waited for.</summary>
    /// <returns>Offset of its record.</returns>
    /// <exception cref="InvalidDataException">The encoded block does not decode to itself: a fault of memory or of the codec. Nothing was appended.</exception>
    public long AppendBlock(BlockBuilder block, long commit)
    {
        var packed = block.TakePacked();
        var offset = packed is null ? Append(RecordType.Data, commit, block.Build()) : Append(RecordType.Data, commit, block.Built, packed);
        _blocks.Add(new(offset, [.. block.Directory]));
        return offset;
    }

    /// <summary>Appends a commit; it is durable after <see cref="Sync"/>.</summary>
    public void AppendCommit(long number, ContentId hash, ReadOnlySpan<byte> body)
    {
        Append(RecordType.Commit, number, body);
        _commits.Add(body.ToArray());
        _firstCommit = _firstCommit == 0 ? number : _firstCommit;
        _lastCommit = number;
        _lastHash = hash;
    }

    /// <summary>Writes what waits and returns when all of it is durable.</summary>
    public void Sync()
    {
        Guard();
        try
        {
            WritePending();
            _file.Sync();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _isBroken = true;
            throw;
        }
    }

    /// <summary>Writes the footer, makes it durable and the file read-only.</summary>
    /// <returns>SHA-256 of the bytes before the trailer.</returns>
    public ContentId Seal()
    {
        var footer = Length;
        AppendDirectories();
        AppendCommitCopies(_commits.Select(commit => (ReadOnlyMemory<byte>)commit));
        return End(footer);
    }

    /// <summary>The same for a compacted segment, whose commits are copies only.</summary>
    /// <param name="ranges">By first, then segment.</param>
    /// <param name="commits">Their plain bodies, ascending; read once, each kept no longer than until the next.</param>
    public ContentId SealCompacted(IReadOnlyList<CommitRange> ranges, IEnumerable<ReadOnlyMemory<byte>> commits)
    {
        var filled = ranges.Where(range => !range.IsEmpty).ToList();
        if (filled.Count > 0)
        {
            (_firstCommit, _lastCommit, _lastHash) = (filled[0].First, filled[^1].Last, filled[^1].LastHash);
        }

        var footer = Length;
        AppendRanges(ranges);
        AppendDirectories();
        AppendCommitCopies(commits);
        return End(footer);
    }

    private ContentId End(long footer)
    {
        WritePending();
        var sha256 = new ContentId(_hash.GetHashAndReset());
        var trailer = new SegmentTrailer(footer, _written, _firstCommit, _lastCommit, _lastHash, _blocks.Count, _copies, sha256);
        AppendPlain(trailer.Encode(_keys.DeriveFooterKey(_header.KeyVersion)));

        // Crash before the trailer is durable: a torn tail behind the last commit, cut and sealed again by the next opening.
        Sync();
        _files.MakeReadOnly(_path);
        return sha256;
    }

    public void Dispose()
    {
        _file.Dispose();
        _cipher.Dispose();
        _hash.Dispose();
    }

    private void AppendDirectories()
    {
        var body = new ByteWriter();
        foreach (var (offset, entries) in _blocks)
        {
            body.Int64(offset);
            BlockDirectory.Write(entries, body);
            FlushFooter(RecordType.Directory, body, BlockBuilder.TargetBytes);
        }

        FlushFooter(RecordType.Directory, body, 1);
    }

    private void AppendRanges(IReadOnlyList<CommitRange> ranges)
    {
        var body = new ByteWriter();
        foreach (var range in ranges)
        {
            range.Write(body);
            FlushFooter(RecordType.Ranges, body, BlockBuilder.TargetBytes);
        }

        FlushFooter(RecordType.Ranges, body, 1);
    }

    private void AppendCommitCopies(IEnumerable<ReadOnlyMemory<byte>> commits)
    {
        var body = new ByteWriter();
        foreach (var commit in commits)
        {
            _copies++;
            if (body.Length > 0 && body.Length + commit.Length > BlockBuilder.TargetBytes * 4)
            {
                FlushFooter(RecordType.CommitCopy, body, 1);
            }

            body.Int32(commit.Length);
            body.Bytes(commit.Span);
        }

        FlushFooter(RecordType.CommitCopy, body, 1);
    }

    private void FlushFooter(RecordType type, ByteWriter body, int atLeast)
    {
        if (body.Length >= atLeast)
        {
            Append(type, _lastCommit, body.Written);
            body.Clear();
        }
    }

    private long Append(RecordType type, long commit, ReadOnlySpan<byte> plain)
    {
        var offset = Length;
        var record = Reserve(plain);
        var length = _cipher.Encode(type, commit, offset, plain, _compressor, record);
        Check(record[..length], plain);
        Take(length);
        return offset;
    }

    /// <summary>The packer has proved that the body decompresses to the plain one: what is left to prove is that it comes out of the record.</summary>
    private long Append(RecordType type, long commit, ReadOnlySpan<byte> plain, PackedBlock packed)
    {
        var offset = Length;
        var record = Reserve(plain);
        var length = _cipher.Encode(type, commit, offset, plain, packed, record);
        CheckStored(record[..length], packed.Bytes.Length < plain.Length ? packed.Bytes : plain);
        packed.Release();
        Take(length);
        return offset;
    }

    private Span<byte> Reserve(ReadOnlySpan<byte> plain)
    {
        Guard();
        if (plain.Length > RecordHeader.MaxPlainLength)
        {
            throw new InvalidDataException($"A record of {plain.Length} bytes is too large.");
        }

        return Reserve(SegmentCipher.MaxRecordLength(plain.Length));
    }

    private void Take(int length)
    {
        _pendingLength += length;
        if (_pendingLength >= WriteThreshold)
        {
            WritePending();
        }
    }

    private void CheckStored(ReadOnlySpan<byte> record, ReadOnlySpan<byte> stored)
    {
        Fit(stored.Length);
        if (!RecordHeader.TryDecode(record, out var header)
            || !SegmentCipher.IsWhole(header, record)
            || !_cipher.TryDecrypt(header, record, _check.AsSpan(0, header.StoredLength))
            || !stored.SequenceEqual(_check.AsSpan(0, header.StoredLength)))
        {
            throw new InvalidDataException("A record does not decrypt to what was encrypted.");
        }
    }

    private void Check(ReadOnlySpan<byte> record, ReadOnlySpan<byte> plain)
    {
        Fit(plain.Length);
        if (!RecordHeader.TryDecode(record, out var header)
            || !SegmentCipher.IsWhole(header, record)
            || !_cipher.TryDecode(header, record, _compressor, _check)
            || !plain.SequenceEqual(_check.AsSpan(0, header.PlainLength)))
        {
            throw new InvalidDataException("A record does not decode to what was encoded.");
        }
    }

    private void Fit(int length)
    {
        if (_check.Length < length)
        {
            _check = new byte[length];
        }
    }

    private void AppendPlain(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _pendingLength += bytes.Length;
    }

    private Span<byte> Reserve(int length)
    {
        if (_pendingLength + length > _pending.Length)
        {
            WritePending();
        }

        if (length > _pending.Length)
        {
            _pending = new byte[length];
        }

        return _pending.AsSpan(_pendingLength, length);
    }

    private void WritePending()
    {
        if (_pendingLength == 0)
        {
            return;
        }

        try
        {
            _file.Write(_pending.AsSpan(0, _pendingLength), _written);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _isBroken = true;
            throw;
        }

        _hash.AppendData(_pending, 0, _pendingLength);
        _written += _pendingLength;
        _pendingLength = 0;
    }

    private void HashExisting(long length)
    {
        var buffer = new byte[1 << 20];
        for (long at = 0; at < length;)
        {
            var read = RandomAccess.Read(_file.Handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, length - at)), at);
            if (read == 0)
            {
                throw new EndOfStreamException($"{Path.GetFileName(_path)} is shorter than before.");
            }

            _hash.AppendData(buffer, 0, read);
            at += read;
        }
    }

    private void Guard()
    {
        if (_isBroken)
        {
            throw new InvalidOperationException("A write to this segment has failed; it must not be written again.");
        }
    }
}
