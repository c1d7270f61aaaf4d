namespace ArchiveJobs.Core.Stores;

/// <summary>What became of messages that were to be deleted in the archive; each id asked for is in exactly one list, once.</summary>
/// <param name="Deleted">Have a tombstone now; it is durable. Their octets go with the next compaction.</param>
/// <param name="NotHeld">Never held here, or deleted before.</param>
/// <param name="Refused">On hold: they stay.</param>
public sealed record DeletionReport(IReadOnlyList<ContentId> Deleted, IReadOnlyList<ContentId> NotHeld, IReadOnlyList<ContentId> Refused);

/// <summary>Why and by whom something is deleted; kept in the store for good.</summary>
/// <param name="Who">The person, as audit entries name it.</param>
/// <param name="Reason">1 to 500 characters, on one line.</param>
public sealed record DeletionOrder(string Who, string Reason)
{
    public const int MaxReasonLength = 500;

    /// <summary>What is wrong with it, as a sentence; null when nothing is.</summary>
    public string? FindMistake() =>
        string.IsNullOrWhiteSpace(Who) ? "Somebody must answer for a deletion: name who."
        : string.IsNullOrWhiteSpace(Reason) ? "A deletion needs a reason; it is kept for good."
        : Reason.Length > MaxReasonLength ? $"The reason has {Reason.Length} characters; at most {MaxReasonLength} are kept."
        : Reason.Any(char.IsControl) ? "The reason must be one line of text."
        : null;
}
