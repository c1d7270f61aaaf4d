using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Compaction;

/// <summary>Counts what a compaction does.</summary>
internal sealed class CompactionTally
{
    private const int MaxDamages = 1000;

    private readonly List<Damage> _damages = [];
    private int _lookedAt, _retired, _made, _refused, _left;
    private long _before, _after, _waiting, _messages, _kept, _dropped;

    public void LookAt(int segments) => _lookedAt += segments;

    public void Leave(int segments) => _left += segments;

    public void Refuse(int segments) => _refused += segments;

    public void Skip(Damage damage)
    {
        if (_damages.Count < MaxDamages)
        {
            _damages.Add(damage);
        }
    }

    public void Retire(IReadOnlyList<SegmentMeasure> sources, CopiedSegment copied, IReadOnlySet<SegmentId> waiting)
    {
        _retired += sources.Count;
        _made++;
        _before += sources.Sum(source => source.State.Length);
        _after += copied.Bytes;
        _waiting += sources.Where(source => waiting.Contains(source.State.Id)).Sum(source => source.State.Length);
        _messages += copied.Places.Count(place => place.Key.Kind == EntryKind.Message);
        _kept += copied.Places.Count;
        _dropped += sources.Sum(source => source.Entries) - copied.Places.Count;
    }

    public CompactionReport ToReport() => new(_lookedAt, _retired, _made, _refused, _left, _before, _after, _waiting, _messages, _kept, _dropped, _damages);
}
