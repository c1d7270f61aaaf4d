using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Writing;

/// <summary>
/// What work between two batches sees: everything handed in before is durable and applied, and nothing else is decided until it ends. What it states is one commit,
/// durable and applied when the turn has ended. On the writer's thread; not to be kept.
/// </summary>
internal sealed class WriterTurn(ICatalogWriter catalog, CommitAppender appender)
{
    private readonly List<Fact> _facts = [];
    private readonly List<KeyValuePair<EntryKey, EntryLocation>> _locations = [];

    public ICatalogWriter Catalog => catalog;

    public IReadOnlyList<Fact> Facts => _facts;

    public IReadOnlyList<KeyValuePair<EntryKey, EntryLocation>> Locations => _locations;

    /// <summary>Facts that name no folder; together far below the 8 MiB of a commit.</summary>
    public void State(IEnumerable<Fact> facts) => _facts.AddRange(facts);

    /// <summary>Places of entries that lie in a segment this turn takes into the store.</summary>
    public void Locate(IEnumerable<KeyValuePair<EntryKey, EntryLocation>> locations) => _locations.AddRange(locations);

    /// <summary>The segment being written; null when none is.</summary>
    public SegmentId? OpenSegment => appender.OpenSegmentId;

    /// <summary>Seals the segment being written; the next batch begins another.</summary>
    public void Roll() => appender.Roll();

    /// <summary>An empty file for a segment that is written outside of the writer. The caller owns it.</summary>
    /// <exception cref="IOException">It cannot be made; the writer is none the worse for it.</exception>
    public ClaimedSegment Claim() => appender.ClaimForCompaction();
}
