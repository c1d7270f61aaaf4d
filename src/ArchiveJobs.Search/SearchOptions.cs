namespace ArchiveJobs.Search;

/// <summary>Settings of the search room; the defaults are for a host with 400 MB.</summary>
public sealed class SearchOptions
{
    /// <summary>Memory for documents not yet written, for each store that is being indexed right now (at most one that follows and one that is rebuilt). 4 to 1,024.</summary>
    public int BufferMegabytes { get; init; } = 16;

    /// <summary>At the latest after this time of indexing what was indexed is committed, and another store gets its turn.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A follower waits until the store has had no new commit for this long: small commits are gathered, and archiving has the processors to itself.</summary>
    public TimeSpan Gathering { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>While commits keep coming a follower indexes at the latest after this long. At least <see cref="Gathering"/>.</summary>
    public TimeSpan LongestLag { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>In which zone the days of <c>after:</c>, <c>before:</c> and <c>date:</c> begin.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Local;
}
