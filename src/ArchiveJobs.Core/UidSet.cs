using System.Globalization;
using System.Text;

namespace ArchiveJobs.Core;

/// <summary>
/// A set of item numbers (IMAP UIDs, or the numbers an archive gave to named items), kept as sorted ranges that neither touch nor overlap.
/// Numbers are 1 to 2^32 - 1. Not thread-safe while it is changed.
/// </summary>
public sealed class UidSet : IEquatable<UidSet>
{
    private readonly List<UidRange> _ranges = [];

    public UidSet()
    {
    }

    public UidSet(IEnumerable<uint> uids)
    {
        ArgumentNullException.ThrowIfNull(uids);
        foreach (var uid in uids)
        {
            Add(uid);
        }
    }

    /// <summary>Sorted, disjoint, with at least one number between two of them.</summary>
    public IReadOnlyList<UidRange> Ranges => _ranges;

    public bool IsEmpty => _ranges.Count == 0;

    public long Count
    {
        get
        {
            long count = 0;
            foreach (var range in _ranges)
            {
                count += range.Count;
            }

            return count;
        }
    }

    /// <summary>The largest member, 0 when empty.</summary>
    public uint Max => _ranges.Count == 0 ? 0 : _ranges[^1].Last;

    public bool Contains(uint uid)
    {
        var at = IndexOfFirstEndingAtOrAfter(uid);
        return at < _ranges.Count && _ranges[at].First <= uid;
    }

    public void Add(uint uid) => Add(new UidRange(uid, uid));

    public void Add(UidRange range)
    {
        // The usual case, ascending numbers, touches only the last range.
        if (_ranges.Count > 0 && range.First == (ulong)_ranges[^1].Last + 1)
        {
            _ranges[^1] = new UidRange(_ranges[^1].First, range.Last);
            return;
        }

        var from = IndexOfFirstEndingAtOrAfter(range.First == 0 ? 0 : range.First - 1);
        var to = from;
        var first = range.First;
        var last = range.Last;
        while (to < _ranges.Count && _ranges[to].First <= (ulong)last + 1)
        {
            first = Math.Min(first, _ranges[to].First);
            last = Math.Max(last, _ranges[to].Last);
            to++;
        }

        _ranges.RemoveRange(from, to - from);
        _ranges.Insert(from, new UidRange(first, last));
    }

    public void Add(UidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var range in other._ranges)
        {
            Add(range);
        }
    }

    public void Remove(uint uid)
    {
        var at = IndexOfFirstEndingAtOrAfter(uid);
        if (at == _ranges.Count || _ranges[at].First > uid)
        {
            return;
        }

        var range = _ranges[at];
        _ranges.RemoveAt(at);
        if (uid < range.Last)
        {
            _ranges.Insert(at, new UidRange(uid + 1, range.Last));
        }

        if (uid > range.First)
        {
            _ranges.Insert(at, new UidRange(range.First, uid - 1));
        }
    }

    public UidSet Intersect(UidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var result = new UidSet();
        int i = 0, j = 0;
        while (i < _ranges.Count && j < other._ranges.Count)
        {
            var first = Math.Max(_ranges[i].First, other._ranges[j].First);
            var last = Math.Min(_ranges[i].Last, other._ranges[j].Last);
            if (first <= last)
            {
                result._ranges.Add(new UidRange(first, last));
            }

            if (_ranges[i].Last < other._ranges[j].Last)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return result;
    }

    /// <summary>The members of this set that are not in <paramref name="other"/>.</summary>
    public UidSet Except(UidSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var result = new UidSet();
        var j = 0;
        foreach (var range in _ranges)
        {
            ulong next = range.First;
            while (j < other._ranges.Count && other._ranges[j].Last < next)
            {
                j++;
            }

            for (var k = j; k < other._ranges.Count && other._ranges[k].First <= range.Last; k++)
            {
                if (other._ranges[k].First > next)
                {
                    result._ranges.Add(new UidRange((uint)next, other._ranges[k].First - 1));
                }

                next = (ulong)other._ranges[k].Last + 1;
            }

            if (next <= range.Last)
            {
                result._ranges.Add(new UidRange((uint)next, range.Last));
            }
        }

        return result;
    }

    public UidSet Clone()
    {
        var copy = new UidSet();
        copy._ranges.AddRange(_ranges);
        return copy;
    }

    public IEnumerable<uint> Enumerate()
    {
        foreach (var range in _ranges)
        {
            for (ulong uid = range.First; uid <= range.Last; uid++)
            {
                yield return (uint)uid;
            }
        }
    }

    /// <summary>As IMAP writes it: 1:3,7 (RFC 9051 section 9, sequence-set). Empty text for the empty set.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var range in _ranges)
        {
            if (text.Length > 0)
            {
                text.Append(',');
            }

            text.Append(CultureInfo.InvariantCulture, $"{range.First}");
            if (range.Last != range.First)
            {
                text.Append(CultureInfo.InvariantCulture, $":{range.Last}");
            }
        }

        return text.ToString();
    }

    public bool Equals(UidSet? other) => other is not null && _ranges.SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as UidSet);

    public override int GetHashCode() => HashCode.Combine(_ranges.Count, Max);

    private int IndexOfFirstEndingAtOrAfter(uint uid)
    {
        int low = 0, high = _ranges.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ranges[middle].Last < uid)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}

/// <summary>Numbers from First to Last, both included; First is not greater than Last.</summary>
public readonly record struct UidRange(uint First, uint Last)
{
    public long Count => (long)Last - First + 1;
}
