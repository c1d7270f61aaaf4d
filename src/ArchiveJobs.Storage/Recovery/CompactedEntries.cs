using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Reading;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Recovery;

/// <summary>Entries of compacted segments for a replay: all of one at once, and single ones by their place. Reads only; memory: the places of one segment.</summary>
internal sealed class CompactedEntries(IReadOnlyList<SegmentState> states, SegmentPool segments, ICompressor compressor, List<Damage> damages)
{
    private const long CacheBytes = 4L << 20;

    private readonly Dictionary<SegmentId, SegmentState> _states = states.Where(state => state.IsCompacted && state.Trailer is not null).ToDictionary(state => state.Id);
    private readonly HashSet<SegmentId> _given = [];
    private readonly BlockCache _blocks = new(CacheBytes);

    /// <summary>Places of the entries whose blocks verify, when asked for the first time; none afterwards, for an unfinished segment and for one that is not there.</summary>
    public IReadOnlyList<KeyValuePair<EntryKey, EntryLocation>> Give(SegmentId segment)
    {
        if (!_states.TryGetValue(segment, out var state) || !_given.Add(segment) || segments.Open(segment) is not { } file)
        {
            return [];
        }

        var places = new List<KeyValuePair<EntryKey, EntryLocation>>();
        using var records = new RecordScanner(file, compressor, state.Trailer!.FooterOffset);
        while (records.MoveNext())
        {
            try
            {
                if (records.State != RecordState.Good || records.Header.Type != RecordType.Data)
                {
                    throw new InvalidDataException(records.State == RecordState.Gap ? $"{records.Length} bytes are no record" : "a record does not verify");
                }

                var entries = new List<BlockEntry>();
                BlockDirectory.Read(records.Plain.Span, entries);
                places.AddRange(entries.Select((entry, index) => KeyValuePair.Create(entry.Key, new EntryLocation(segment, records.Offset, index))));
            }
            catch (InvalidDataException e)
            {
                Report(segment, records.Offset, e.Message);
            }
        }

        return places;
    }

    /// <summary>Empty when it does not verify, or something else lies there.</summary>
    public ReadOnlyMemory<byte> Read(EntryKey key, EntryLocation location)
    {
        var block = _blocks.Find(location.Segment, location.BlockOffset) ?? ReadBlock(location);
        return block is not null && location.Index < block.Entries.Count && block.Entries[location.Index].Key == key ? block.Content(location.Index) : ReadOnlyMemory<byte>.Empty;
    }

    private DecodedBlock? ReadBlock(EntryLocation location)
    {
        if (segments.Open(location.Segment)?.ReadRecord(location.BlockOffset, compressor, out var header, out _) is not { } plain || header.Type != RecordType.Data)
        {
            return null;   // The damage is named where the block was read first.
        }

        try
        {
            var block = new DecodedBlock(plain);
            _blocks.Keep(location.Segment, location.BlockOffset, block);
            return block;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private void Report(SegmentId segment, long offset, string what)
    {
        if (damages.Count < SegmentContents.MaxDamages)
        {
            damages.Add(new Damage(segment.FileName, offset, what));
        }
    }
}
