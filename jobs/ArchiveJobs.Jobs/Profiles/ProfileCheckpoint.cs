using System.Text.Json;

namespace ArchiveJobs.Jobs.Profiles;

/// <summary>How far a run had come when it last told the ledger: only to see whether a crashed attempt had moved at all.</summary>
/// <param name="Decided">Items decided by durable commits.</param>
internal sealed record ProfileCheckpoint(long Decided)
{
    public string ToJson() => JsonSerializer.Serialize(this);

    public static ProfileCheckpoint Parse(string? json) =>
        json is null ? new ProfileCheckpoint(0) : JsonSerializer.Deserialize<ProfileCheckpoint>(json) ?? new ProfileCheckpoint(0);
}
