namespace ArchiveJobs.Master;

/// <summary>A running run uses a store. The row exists exactly as long as the run is Running: it comes with the accept and goes with the transition out.</summary>
public sealed class StoreLease
{
    public int StoreId { get; set; }

    public long RunId { get; set; }

    public LeaseMode Mode { get; set; }

    /// <summary>The run epoch it was granted to.</summary>
    public long Epoch { get; set; }

    public DateTimeOffset GrantedAt { get; set; }
}
