using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Reading;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Store;

/// <summary>Applies commits of the log to a catalog that is behind it, or empty. Envelopes are read from the messages' entries.</summary>
internal sealed class CatalogReplay(IMessageStructure structure, MessageReader messages)
{
    private const int CommitsAtOnce = 16;

    /// <summary>Messages whose entry could not be read for their envelope.</summary>
    public List<ContentId> Unreadable { get; } = [];

    /// <returns>Messages stated by the commits applied.</returns>
    public long Apply(CommitLog log, ICatalogWriter catalog, IWorkProgress? progress, CancellationToken cancellationToken)
    {
        var pending = new List<AppliedCommit>();
        long stated = 0;
        foreach (var commit in log.ReadAfter(catalog.Checkpoint.Number))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var applied = ToApplied(commit);
            stated += applied.Envelopes.Count;
            pending.Add(applied);
            if (pending.Count == CommitsAtOnce)
            {
                catalog.Apply(pending);
                pending.Clear();
                progress?.Report("catalog", commit.Chained.Commit.Number, log.Head.Number, 0);
            }
        }

        if (pending.Count > 0)
        {
            catalog.Apply(pending);
        }

        return stated;
    }

    private AppliedCommit ToApplied(LoggedCommit commit)
    {
        var locations = new List<KeyValuePair<EntryKey, EntryLocation>>();
        foreach (var block in commit.Blocks)
        {
            for (var i = 0; i < block.Entries.Count; i++)
            {
                locations.Add(new(block.Entries[i].Key, new EntryLocation(commit.Segment, block.Offset, i)));
            }
        }

        var places = locations.Where(location => location.Key.Kind == EntryKind.Message).GroupBy(location => location.Key.Id).ToDictionary(group => group.Key, group => group.Last().Value);
        var envelopes = new Dictionary<ContentId, MessageEnvelope>();
        foreach (var fact in commit.Chained.Commit.Facts.OfType<MessageFact>())
        {
            envelopes[fact.Id] = places.TryGetValue(fact.Id, out var place) ? ReadEnvelope(fact.Id, place, locations) : Lost(fact.Id);
        }

        return new AppliedCommit(commit.Chained.Commit, commit.Chained.Hash, locations, envelopes);
    }

    private MessageEnvelope ReadEnvelope(ContentId id, EntryLocation place, List<KeyValuePair<EntryKey, EntryLocation>> locations)
    {
        try
        {
            return structure.ReadEnvelope(messages.ReadHead(id, place, blob => locations.Find(location => location.Key == new EntryKey(EntryKind.Blob, blob, 0)).Value).Span);
        }
        catch (ArchiveException)
        {
            return Lost(id);   // Named in the report; its placements and digest are known all the same.
        }
    }

    private MessageEnvelope Lost(ContentId id)
    {
        Unreadable.Add(id);
        return MessageEnvelope.Empty;
    }
}
