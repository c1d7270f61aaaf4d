using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Catalog.Comparing;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Reading;
using ArchiveJobs.Storage.Recovery;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Verification;

/// <summary>
/// Compares a store with what it says of itself. Writes nothing but a catalog of its own under tmp/, repairs nothing, and may run beside the writer:
/// what is looked at is the state of the latest commit that the catalog had when it began.
/// </summary>
internal sealed class StoreVerifier(
    StoreName name, StoreLocation location, StoreDescriptor store, InstallationKey installation, CatalogReader catalog, IMessageStructure structure)
{
    private const int Differences = 1000;
    private const long BlockCacheBytes = 16L << 20;
    private const long BlobCacheBytes = 48L << 20;

    private readonly DamageList _found = new();
    private long _bytes;
    private long _messages;

    private string Segments => SegmentList.DirectoryOf(location.Path);

    /// <summary>Runs once.</summary>
    public VerificationReport Verify(VerifyLevel level, IWorkProgress progress, CancellationToken cancellationToken)
    {
        // The head first: every segment and byte it needs is on the disk before it can be read here.
        var (head, headHash) = catalog.ReadCheckpoint();
        var known = catalog.ReadSegments();
        var states = SegmentList.Read(Segments, store);
        CheckFiles(known, states, head, headHash);
        switch (level)
        {
            case VerifyLevel.Quick:
                _messages = catalog.ReadStatistics().Messages;
                break;
            case VerifyLevel.Structure:
                CheckStructure(progress, cancellationToken);
                break;
            case VerifyLevel.Full:
                CheckBytes(states, head, progress, cancellationToken);
                break;
            case VerifyLevel.Reassemble:
                Reassemble(progress, cancellationToken);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(level), level, "No such level.");
        }

        return new VerificationReport(level, states.Count, _bytes, _messages, _found.Damages, _found.Describe(catalog));
    }

    /// <summary>What header, trailer and STORE tell: a few kilobytes a segment.</summary>
    private void CheckFiles(IReadOnlyList<Catalog.Reading.SegmentRecord> recorded, IReadOnlyList<SegmentState> states, long head, ContentId headHash)
    {
        foreach (var copy in StoreDescriptor.FindDamagedCopies(location.Path, installation))
        {
            _found.Add(copy, 0, "this copy cannot be read or does not verify");
        }

        var present = states.ToDictionary(state => state.Id);
        foreach (var known in recorded.Where(segment => segment.RetiredCommit is null))
        {
            if (!present.TryGetValue(known.Segment, out var state))
            {
                _found.Add(known.Segment.FileName, 0, "the file is missing");
            }
            else if (known.Sha256 is { } digest && state.Trailer is { } trailer && trailer.Sha256 != digest)
            {
                _found.Add(known.Segment.FileName, trailer.Length, "the digest is not the one that was recorded when it was sealed");
            }
            else if (known.Sha256 is not null && state.Trailer is null && !state.LooksSealed)
            {
                _found.Add(known.Segment.FileName, state.Length, "it was sealed and now has no trailer");
            }
        }

        new ChainCheck(_found, store).Check(states, head, headHash);
    }

    /// <summary>Makes a catalog from the segments and compares it row by row with a snapshot of the one in use.</summary>
    private void CheckStructure(IWorkProgress progress, CancellationToken cancellationToken)
    {
        var temporary = Directory.CreateTempSubdirectory("verify-");
        try
        {
            var snapshot = Path.Combine(temporary.FullName, "snapshot.db");
            var rebuilt = Path.Combine(temporary.FullName, "rebuilt.db");
            CatalogSnapshot.Take(Path.Combine(location.ViewsPath, CatalogFile.FileName), snapshot);
            using (var reader = new CatalogReader(snapshot))
            {
                var totals = reader.ReadStatistics();
                _messages = totals.Messages;
                foreach (var damage in new StoreRecovery(location, store, structure).BuildAt(rebuilt, totals.HeadCommit, progress, cancellationToken))
                {
                    _found.Add(damage.File, damage.Offset, damage.What);
                }
            }

            // Rows hold subjects and folder names: only the table is named.
            foreach (var table in CatalogComparison.Compare(snapshot, rebuilt, Differences, cancellationToken).GroupBy(difference => difference.Table))
            {
                _found.Add(CatalogFile.FileName, 0, $"{table.Count()} rows of {table.Key} are not what the segments say");
            }

            using var fresh = new CatalogReader(rebuilt);
            _found.AddMessages(fresh.ReadMessagesWithoutEntry(), "no entry of it verifies in any segment");
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private void CheckBytes(IReadOnlyList<SegmentState> states, long head, IWorkProgress progress, CancellationToken cancellationToken)
    {
        using var compressor = Compressors.Create();
        var total = states.Sum(state => state.Length);
        foreach (var state in states)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var check = new SegmentCheck(state, store, catalog, compressor, _found);
            check.Run(head, cancellationToken);
            _bytes += check.Bytes;
            progress.Report("bytes", _bytes, total, _bytes);
        }

        // Their files were asked for by the catalog's own list; entries may also lie in segments that no fact has named yet.
        var present = states.Select(state => state.Id).ToHashSet();
        foreach (var missing in LocatedSegments.Read(Path.Combine(location.ViewsPath, CatalogFile.FileName)).Where(segment => !present.Contains(segment) && !IsNewer(segment, states)))
        {
            _found.Add(missing.FileName, 0, "the catalog has entries in this segment, but the file is missing");
            AddMessagesOf(missing);
        }

        _found.AddMessages(catalog.ReadMessagesWithoutEntry(), "no entry of it lies in any segment");
        _messages = catalog.ReadStatistics().Messages;
    }

    /// <summary>Begun by the writer since this verification listed the files: there, only not looked at.</summary>
    private bool IsNewer(SegmentId segment, IReadOnlyList<SegmentState> states) =>
        (states.Count == 0 || segment > states[^1].Id) && File.Exists(Path.Combine(Segments, segment.FileName));

    private void AddMessagesOf(SegmentId segment)
    {
        foreach (var block in catalog.ReadEntries(segment).Select(entry => entry.Location.BlockOffset).Distinct())
        {
            _found.AddMessages(catalog.ReadMessagesOfBlock(segment, block), $"{segment.FileName} is missing");
        }
    }

    private void Reassemble(IWorkProgress progress, CancellationToken cancellationToken)
    {
        using var segments = new SegmentPool(Segments, store.Keys);
        var reader = new MessageReader(name, catalog, new EntryReader(name, segments, new BlockCache(BlockCacheBytes)), null);
        var blobs = new BlobCache(BlobCacheBytes);
        var buffer = new byte[64 * 1024];
        var chunk = new byte[64 * 1024];
        foreach (var message in catalog.ReadInStoreOrder())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                var stored = reader.ReadStored(message.Id, message.Size, message.Location, blobs, ref buffer);
                ReadToEnd(stored, chunk);
            }
            catch (ArchiveException e) when (e.Situation.Class == ErrorClass.StoreCorrupt)
            {
                _found.AddMessages([message.Id], e.Message);
            }

            _messages++;
            _bytes += message.Size;
            if (_messages % 256 == 0)
            {
                progress.Report("messages", _messages, null, _bytes);
            }
        }

        _found.AddMessages(catalog.ReadMessagesWithoutEntry(), "no entry of it lies in any segment");
    }

    /// <summary>A message that is not in memory compares its digest when its stream ends.</summary>
    private static void ReadToEnd(StoredMessage stored, byte[] chunk)
    {
        if (stored.Memory is null)
        {
            using var octets = stored.OpenRead();
            while (octets.Read(chunk) > 0)
            {
            }
        }
    }
}
