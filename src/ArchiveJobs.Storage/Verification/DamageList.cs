using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Recovery;

namespace ArchiveJobs.Storage.Verification;

/// <summary>What a verification has found so far. At most 10,000 of each kind are kept. Not thread-safe.</summary>
internal sealed class DamageList
{
    private readonly List<Damage> _damages = [];
    private readonly Dictionary<ContentId, string> _messages = [];

    public IReadOnlyList<Damage> Damages => _damages;

    public void Add(string file, long offset, string what)
    {
        if (_damages.Count < SegmentContents.MaxDamages)
        {
            _damages.Add(new Damage(file, offset, what));
        }
    }

    public void AddMessages(IEnumerable<ContentId> messages, string reason)
    {
        foreach (var message in messages)
        {
            if (_messages.Count < SegmentContents.MaxDamages)
            {
                _messages.TryAdd(message, reason);
            }
        }
    }

    /// <summary>The messages with where they lie in the archive, by id.</summary>
    public IReadOnlyList<DamagedMessage> Describe(CatalogReader catalog) =>
        [.. catalog.Describe([.. _messages.Keys.Order()]).Select(m => new DamagedMessage(m.Id, m.Size, m.Placements, _messages[m.Id]))];
}
