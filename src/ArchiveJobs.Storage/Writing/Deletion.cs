using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Writing;

/// <summary>States tombstones, a thousand a commit; the writer's thread decides about each id with all earlier commits applied.</summary>
internal sealed class Deletion(StoreWriter writer, DeletionOrder order, TimeProvider time)
{
    private const int IdsTogether = 1000;   // With the longest reason 2 MiB; a commit has at most 8.

    private readonly List<ContentId> _deleted = [];
    private readonly List<ContentId> _notHeld = [];
    private readonly List<ContentId> _refused = [];

    public async Task<DeletionReport> RunAsync(IReadOnlyList<ContentId> ids, CancellationToken cancellationToken)
    {
        if (order.FindMistake() is { } mistake)
        {
            throw new ArgumentException(mistake);
        }

        foreach (var part in ids.Distinct().Chunk(IdsTogether))
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<ContentId> deleted = [];
            await writer.TakeTurnAsync(turn => deleted = Decide(turn, part), cancellationToken);
            _deleted.AddRange(deleted);
        }

        return new DeletionReport(_deleted, _notHeld, _refused);
    }

    /// <summary>The tombstones count only when the turn has ended well.</summary>
    private List<ContentId> Decide(WriterTurn turn, ContentId[] ids)
    {
        var deleted = new List<ContentId>();
        foreach (var id in ids)
        {
            (!turn.Catalog.IsHeld(id) ? _notHeld : turn.Catalog.IsOnHold(id) ? _refused : deleted).Add(id);
        }

        // Whole seconds, as facts keep them: the catalog must not know more than what it can be made from again.
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
        turn.State(deleted.Select(id => new TombstoneFact(id, order.Who, now, order.Reason)));
        return deleted;
    }
}
