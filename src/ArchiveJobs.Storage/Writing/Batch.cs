using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Writing;

/// <summary>
/// What the next commit will state, with the plain blocks it needs: enough to write all of it again into another segment when a write fails.
/// </summary>
internal sealed class Batch : IDisposable
{
    private readonly Dictionary<(FolderKey, uint), int> _folders = [];
    private readonly Dictionary<(Guid, int), RunTally> _runs = [];
    private readonly List<Fact> _declared = [];
    private readonly List<Fact> _facts = [];
    private readonly List<IDisposable> _held = [];

    public HashSet<ContentId> Messages { get; } = [];

    public HashSet<ContentId> Blobs { get; } = [];

    public Dictionary<ContentId, MessageEnvelope> Envelopes { get; } = [];

    /// <summary>Full blocks, in order; the last one may still be filled.</summary>
    public List<BlockBuilder> Blocks { get; } = [];

    /// <summary>Entries of segments that this commit takes into the store, beside those in its own blocks.</summary>
    public List<KeyValuePair<EntryKey, EntryLocation>> Locations { get; } = [];

    public HashSet<FolderKey> Folders { get; } = [];

    public Dictionary<ArchiveSession, CommittedProgress> Sessions { get; } = [];

    /// <summary>A message in a spill file: the only one of its batch.</summary>
    public ArchiveRequest? Large { get; set; }

    public int MessageCount { get; private set; }

    public long Octets { get; private set; }

    public bool IsEmpty => _facts.Count == 0 && _runs.Count == 0;

    public int DeclareFolder(FolderKey folder, uint uidValidity)
    {
        if (!_folders.TryGetValue((folder, uidValidity), out var number))
        {
            number = _folders.Count;
            _folders.Add((folder, uidValidity), number);
            _declared.Add(new FolderFact(number, folder, uidValidity));
            Folders.Add(folder);
        }

        return number;
    }

    public void Add(Fact fact) => _facts.Add(fact);

    /// <summary>Counts decided items; a null outcome means vanished.</summary>
    public void Count(ArchiveSession session, int folder, ItemOutcome? outcome, UidSet uids, long newMessages = 0, long newBytes = 0)
    {
        if (!_runs.TryGetValue((session.Run, folder), out var tally))
        {
            _runs.Add((session.Run, folder), tally = new RunTally());
        }

        tally.SetOf(outcome).Add(uids);
        tally.NewMessages += newMessages;
        tally.NewBytes += newBytes;
        var progress = Sessions.GetValueOrDefault(session);
        Sessions[session] = new CommittedProgress(0, progress.Items + uids.Count, progress.NewMessages + newMessages, progress.NewBytes + newBytes);
    }

    /// <summary>Keeps a message's buffers until the batch is durable.</summary>
    public void Hold(IDisposable message, long octets)
    {
        _held.Add(message);
        MessageCount++;
        Octets += octets;
    }

    /// <summary>States a large message as it was stored; called again when it had to be stored again.</summary>
    public void Replace(StoredLarge stored, ContentId id)
    {
        _facts.RemoveAll(fact => fact is MessageFact message && message.Id == id);
        _facts.Add(new MessageFact(id, stored.Size, stored.IsRaw, stored.Blobs));
        Envelopes[id] = stored.Envelope;
    }

    public Commit ToCommit(long number, DateTimeOffset at)
    {
        var facts = new List<Fact>(_declared.Count + _facts.Count + _runs.Count);
        facts.AddRange(_declared);
        facts.AddRange(_facts);
        foreach (var ((run, folder), tally) in _runs)
        {
            facts.Add(tally.ToFact(run, folder));
        }

        return new Commit(number, at, facts);
    }

    public void Dispose()
    {
        foreach (var message in _held)
        {
            message.Dispose();
        }

        _held.Clear();
    }

    private sealed class RunTally
    {
        private readonly UidSet _archived = new(), _alreadyHeld = new(), _filtered = new(), _failed = new(), _quarantined = new(), _vanished = new();

        public long NewMessages { get; set; }

        public long NewBytes { get; set; }

        public UidSet SetOf(ItemOutcome? outcome) => outcome switch
        {
            ItemOutcome.Archived => _archived,
            ItemOutcome.AlreadyHeld => _alreadyHeld,
            ItemOutcome.Filtered => _filtered,
            ItemOutcome.Failed => _failed,
            ItemOutcome.Quarantined => _quarantined,
            _ => _vanished,
        };

        public RunFact ToFact(Guid run, int folder) =>
            new(run, folder, _archived, _alreadyHeld, _filtered, _failed, _quarantined, _vanished, NewMessages, NewBytes);
    }
}
