using ArchiveJobs.Core;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Writing;

/// <summary>
/// Appends batches to segments and makes them durable. A failed write or fsync is never tried again on the same file: the segment is left,
/// the batch is written once more, whole, into a new one; if that fails too the failure goes up.
/// </summary>
internal sealed class CommitAppender(
    StoreName store, string directory, StoreDescriptor descriptor, EpochClaim claim, ChainHead start, StoreOptions options, IFileSystem files, TimeProvider time,
    LargeMessageWriter largeMessages, IReadOnlyList<SegmentSealedFact> sealedBefore) : IDisposable
{
    private readonly ICompressor _compressor = Compressors.Create();
    private readonly BlockPacker _packer = new();
    private readonly CommitCodec _codec = new();
    private readonly ByteWriter _body = new();
    private readonly List<Fact> _sealed = [.. sealedBefore];
    private readonly List<KeyValuePair<EntryKey, EntryLocation>> _locations = [];

    private SegmentWriter? _segment;
    private ChainHead _head = start;
    private uint _number = 1;
    private int _packedBlocks;
    private int _appendedBlocks;

    /// <summary>The last commit that is durable.</summary>
    public ChainHead Head => _head;

    /// <summary>The segment being written; null when none is.</summary>
    public SegmentId? OpenSegmentId => _segment?.Segment;

    /// <summary>Has blocks that are full compressed, and writes those that are, so that both go on while the batch fills.</summary>
    public void AppendFullBlocks(Batch batch)
    {
        var full = batch.Blocks.Count - 1;
        Pack(batch, full);
        if (_appendedBlocks < full && batch.Blocks[_appendedBlocks].Packing is null or { IsCompleted: true })
        {
            OnSegment(segment => AppendBlocks(segment, batch, full, isPatient: false));
        }
    }

    /// <summary>Returns when the batch is durable. After an exception nothing of it is acknowledged.</summary>
    /// <exception cref="ArchiveException">No room, or the disk refuses (StoreFull, StoreReadOnly).</exception>
    public AppliedCommit Commit(Batch batch, DateTimeOffset now)
    {
        var free = files.FreeBytes(directory);
        if (free < options.ReserveBytes + batch.Octets)
        {
            throw StoreFailure.Full(null, store, StoreFailure.NeedOf(free, options.ReserveBytes + batch.Octets));
        }

        AppliedCommit? applied = null;
        Pack(batch, batch.Blocks.Count);
        OnSegment(segment =>
        {
            AppendBlocks(segment, batch, batch.Blocks.Count, isPatient: true);
            AppendLarge(segment, batch);
            applied = AppendCommit(segment, batch, now);
        });

        _head = new ChainHead(applied!.Commit.Number, applied.ChainHash);
        _sealed.Clear();
        _locations.Clear();
        _packedBlocks = 0;
        _appendedBlocks = 0;
        if (_segment!.Length >= options.SegmentBytes)
        {
            SealSegment();
        }

        return applied;
    }

    /// <summary>Seals the open segment, so that it never changes again; the next commit begins another.</summary>
    public void Roll()
    {
        if (_segment is not null)
        {
            SealSegment();
        }
    }

    /// <summary>The next number and its empty file. Never number 1 of the epoch, which stands for the writer itself.</summary>
    public ClaimedSegment ClaimForCompaction()
    {
        var id = new SegmentId(claim.Epoch, ++_number);
        return new ClaimedSegment(id, claim.Take(id.Number));
    }

    /// <summary>Seals what is open. Nothing that is acknowledged depends on it.</summary>
    public void Close()
    {
        Roll();
        claim.Dispose();
    }

    public void Dispose()
    {
        _segment?.Dispose();
        claim.Dispose();
        _packer.Dispose();
        _compressor.Dispose();
    }

    private AppliedCommit AppendCommit(SegmentWriter segment, Batch batch, DateTimeOffset now)
    {
        var commit = batch.ToCommit(_head.Number + 1, now);
        if (_sealed.Count > 0)
        {
            commit = commit with { Facts = [.. commit.Facts, .. _sealed] };
        }

        _body.Clear();
        var hash = _codec.Write(commit, _head.Hash, _body);
        segment.AppendCommit(commit.Number, hash, _body.Written);

        // Crash here: blocks without their commit, or a commit that nobody was told of. Both are found when the store is opened.
        segment.Sync();
        if (claim.IsLost)
        {
            // Another writer has taken the store over and read the tails before or after this commit: void or not, it is nobody's to acknowledge.
            throw StoreFailure.LeaseLost(store);
        }

        return new AppliedCommit(commit, hash, [.. _locations, .. batch.Locations], new Dictionary<ContentId, Core.Messages.MessageEnvelope>(batch.Envelopes));
    }

    private void Pack(Batch batch, int count)
    {
        for (; _packedBlocks < count; _packedBlocks++)
        {
            _packer.Start(batch.Blocks[_packedBlocks]);
        }
    }

    /// <param name="isPatient">False: no further than the first block that is still being compressed.</param>
    private void AppendBlocks(SegmentWriter segment, Batch batch, int count, bool isPatient)
    {
        for (; _appendedBlocks < count && (isPatient || batch.Blocks[_appendedBlocks].Packing is null or { IsCompleted: true }); _appendedBlocks++)
        {
            Append(segment, batch.Blocks[_appendedBlocks]);
        }
    }

    private void AppendLarge(SegmentWriter segment, Batch batch)
    {
        if (batch.Large is { } large)
        {
            var stored = largeMessages.Write(large, batch, block => Append(segment, block));
            batch.Replace(stored, large.Message.Id);
        }
    }

    private void Append(SegmentWriter segment, BlockBuilder block)
    {
        var offset = segment.AppendBlock(block, _head.Number + 1);
        for (var i = 0; i < block.Directory.Count; i++)
        {
            _locations.Add(new(block.Directory[i].Key, new EntryLocation(segment.Segment, offset, i)));
        }
    }

    private void OnSegment(Action<SegmentWriter> append)
    {
        try
        {
            append(_segment ??= OpenSegment());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Abandon();
            try
            {
                append(_segment = OpenSegment());
            }
            catch (Exception again) when (again is IOException or UnauthorizedAccessException)
            {
                Abandon();
                throw StoreFailure.From(again, store);
            }
        }
    }

    /// <summary>Leaves the segment as it lies: what is acknowledged in it is whole, what lies behind is cut at the next opening.</summary>
    private void Abandon()
    {
        _segment?.Dispose();
        _segment = null;
        _appendedBlocks = 0;
        _locations.Clear();
    }

    private SegmentWriter OpenSegment()
    {
        var number = claim.HasFirst ? 1 : ++_number;
        return SegmentWriter.Begin(
            files,
            directory,
            claim.Take(number),
            NewHeader(number),
            descriptor.Keys,
            _compressor);
    }

    private SegmentHeader NewHeader(uint number) =>
        new(descriptor.Id, descriptor.Incarnation, new SegmentId(claim.Epoch, number), descriptor.Keys.LatestVersion, _head.Number, _head.Hash, time.GetUtcNow().ToUnixTimeMilliseconds());

    private void SealSegment()
    {
        try
        {
            _sealed.Add(new SegmentSealedFact(_segment!.Segment, _segment.Seal()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // All its commits are durable; the next opening cuts the unfinished footer and seals it again.
        }

        _segment!.Dispose();
        _segment = null;
    }
}

/// <summary>A place in the chain of commits.</summary>
/// <param name="Number">0 before the first commit.</param>
internal readonly record struct ChainHead(long Number, ContentId Hash);

/// <summary>A segment's number and its file, empty and durable by name.</summary>
internal sealed record ClaimedSegment(SegmentId Id, IAppendFile File);
