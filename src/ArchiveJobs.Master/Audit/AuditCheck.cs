namespace ArchiveJobs.Master.Audit;

/// <param name="Kind">missing or different.</param>
/// <param name="From">First number concerned.</param>
/// <param name="To">Last number concerned.</param>
/// <param name="At">When the event at the edge happened; null when none is left.</param>
public sealed record AuditFault(string Kind, long From, long To, DateTimeOffset? At, string What);

/// <param name="Events">Sealed events that were read.</param>
/// <param name="Head">As the trail itself ends.</param>
public sealed record AuditVerification(long Events, AuditHead Head, IReadOnlyList<AuditFault> Faults, long AllFaults)
{
    public bool IsSound => AllFaults == 0;
}

/// <summary>Follows the chain event by event, in the order of their numbers.</summary>
internal sealed class AuditCheck
{
    /// <summary>Faults named; further ones are counted.</summary>
    private const int MaxFaults = 1000;

    private readonly List<AuditFault> _faults = [];
    private AuditHead _last = new(0, AuditChain.Origin);
    private DateTimeOffset? _lastAt;
    private long _allFaults;

    public long Events { get; private set; }

    /// <summary>Number of the event read last; 0 before the first.</summary>
    public long Last => _last.Sequence;

    public void Take(AuditEvent entry)
    {
        var sequence = entry.Sequence!.Value;
        var isNext = sequence == _last.Sequence + 1;
        if (!isNext)
        {
            Add(new AuditFault("missing", _last.Sequence + 1, sequence - 1, entry.At, $"events {_last.Sequence + 1} to {sequence - 1} are missing"));
        }

        var previous = entry.PreviousHash ?? [];
        if (!AuditChain.HashOf(entry, sequence, previous).AsSpan().SequenceEqual(entry.Hash))
        {
            Add(new AuditFault("different", sequence, sequence, entry.At, $"event {sequence} is not what was sealed"));
        }
        else if (isNext && !previous.AsSpan().SequenceEqual(_last.Hash))
        {
            Add(new AuditFault("different", sequence, sequence, entry.At, $"event {sequence} does not follow event {_last.Sequence} as it is now"));
        }

        Events++;
        _last = new AuditHead(sequence, entry.Hash ?? []);
        _lastAt = entry.At;
    }

    public AuditVerification Conclude(AuditHead? head)
    {
        if (head is null && Events > 0)
        {
            Add(new AuditFault("missing", _last.Sequence, _last.Sequence, _lastAt, "the head of the trail is gone: whether events are missing at its end cannot be told"));
        }
        else if (head is not null && head.Sequence > _last.Sequence)
        {
            Add(new AuditFault("missing", _last.Sequence + 1, head.Sequence, _lastAt, $"events {_last.Sequence + 1} to {head.Sequence} are missing at the end"));
        }
        else if (head is not null && head.Sequence == _last.Sequence && !head.Hash.AsSpan().SequenceEqual(_last.Hash))
        {
            Add(new AuditFault("different", _last.Sequence, _last.Sequence, _lastAt, $"event {_last.Sequence} is not the one that was sealed"));
        }
        else if (head is not null && head.Sequence < _last.Sequence)
        {
            Add(new AuditFault("different", head.Sequence + 1, _last.Sequence, _lastAt, $"events {head.Sequence + 1} to {_last.Sequence} were not sealed here"));
        }

        return new AuditVerification(Events, _last, _faults, _allFaults);
    }

    private void Add(AuditFault fault)
    {
        _allFaults++;
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(fault);
        }
    }
}
