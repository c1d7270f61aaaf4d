using System.Collections.Immutable;
using System.Globalization;
using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>What becomes of the slots of a schedule that are due now; docs/schedules.md, "What becomes of a slot".</summary>
internal sealed record SlotDecision
{
    /// <summary>The cursor afterwards.</summary>
    public required DateTimeOffset LastSlotAt { get; init; }

    public DateTimeOffset? NextSlotAt { get; init; }

    /// <summary>The slot that becomes a run.</summary>
    public SlotRun? Run { get; init; }

    /// <summary>The slot that is passed over because the same is not over yet.</summary>
    public DateTimeOffset? Held { get; init; }

    /// <summary>The slot that is passed over because a person said so.</summary>
    public DateTimeOffset? Skipped { get; init; }

    public MissedSlots? Missed { get; init; }

    /// <summary>Slots that wait to be made up, oldest first.</summary>
    public ImmutableArray<DateTimeOffset> Pending { get; init; } = [];

    /// <summary>The pause has ended by itself.</summary>
    public bool IsPauseOver { get; init; }

    /// <summary>The cursor was ahead of the clock.</summary>
    public bool WasClockSetBack { get; init; }

    /// <summary>The oldest slot that deserves a good run from now on; null when none was decided.</summary>
    public DateTimeOffset? Watched => Earliest(Run?.SlotAt, Held, Missed?.Newest, Pending.IsEmpty ? null : Pending[0]);

    private static DateTimeOffset? Earliest(params ReadOnlySpan<DateTimeOffset?> slots)
    {
        DateTimeOffset? earliest = null;
        foreach (var slot in slots)
        {
            earliest = slot is not null && (earliest is null || slot < earliest) ? slot : earliest;
        }

        return earliest;
    }
}

internal readonly record struct SlotRun(DateTimeOffset SlotAt, RunTrigger Trigger, long? ParentId = null);

/// <summary>Slots that passed without a run of their own.</summary>
/// <param name="Slots">Oldest first; at most <see cref="Most"/>.</param>
/// <param name="AreMore">There were more before the first of them, down to <paramref name="Oldest"/>.</param>
/// <param name="MadeUpBy">The slot whose run stands for them too.</param>
internal sealed record MissedSlots(ImmutableArray<DateTimeOffset> Slots, bool AreMore, DateTimeOffset Oldest, DateTimeOffset? MadeUpBy)
{
    public const int Most = 1000;
    private const int Named = 20;

    public DateTimeOffset Newest => Slots[^1];

    /// <summary>"missed 3 slots: 2026-11-24T02:00Z, …".</summary>
    public string Describe()
    {
        var count = AreMore ? $"more than {Most:N0} slots, {Stamp(Oldest)} to {Stamp(Newest)}"
            : Slots.Length == 1 ? $"1 slot: {Stamp(Newest)}"
            : Slots.Length <= Named ? $"{Slots.Length} slots: {string.Join(", ", Slots.Select(Stamp))}"
            : string.Create(CultureInfo.InvariantCulture, $"{Slots.Length:N0} slots, {Stamp(Oldest)} to {Stamp(Newest)}");
        return $"missed {count}; {(MadeUpBy is { } slot ? $"made up by the run of {Stamp(slot)}" : "not made up")}";
    }

    public static string Stamp(DateTimeOffset slot) => slot.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
}

/// <summary>The stored form of slots that wait.</summary>
internal static class PendingSlots
{
    public static ImmutableArray<DateTimeOffset> Read(string? stored) => stored is null
        ? []
        : [.. stored.Split(',').Select(ticks => new DateTimeOffset(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero))];

    public static string? Write(ImmutableArray<DateTimeOffset> slots) =>
        slots.IsEmpty ? null : string.Join(',', slots.Select(slot => slot.UtcTicks.ToString(CultureInfo.InvariantCulture)));
}
