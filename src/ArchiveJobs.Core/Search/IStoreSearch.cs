using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Core.Search;

/// <summary>The search indexes of all stores; derived, behind the store by what <see cref="IndexCoverage"/> says.</summary>
public interface IStoreSearch
{
    /// <summary>Best hits first (or newest first). Ids only; the catalog knows the rest and filters what was deleted.</summary>
    /// <exception cref="ArchiveException">The query cannot be read (Refused); the message says where.</exception>
    Task<SearchPage> SearchAsync(IArchiveStore store, SearchRequest request, CancellationToken cancellationToken);

    /// <summary>How far the index follows its store. Opens the index; a broken one is moved aside and counts as empty.</summary>
    Task<IndexCoverage> ReadCoverageAsync(IArchiveStore store, CancellationToken cancellationToken);

    /// <summary>Indexes what the store holds beyond the index's checkpoint, up to the head at the time of the call or later. One at a time per store; others wait.</summary>
    Task<IndexCoverage> CatchUpAsync(IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken);

    /// <summary>Builds a new generation beside the present one and switches when it is complete. Search goes on meanwhile.</summary>
    Task<IndexCoverage> RebuildAsync(IArchiveStore store, IWorkProgress progress, CancellationToken cancellationToken);

    /// <summary>The ids of all messages in the index, each once, in no order: what a verification compares with the store, as sets.</summary>
    IAsyncEnumerable<ContentId> ReadIdsAsync(IArchiveStore store, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Gives back the files and the lock of a store's index, before the store is moved, detached or deleted. It is opened again when asked for.</summary>
    Task CloseAsync(StoreLocation location, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <param name="Text">
/// Words and "phrases" over subject, correspondents, body and attachment names; fields from: to: subject: body: attachment: ; dates after: before: (yyyy-MM-dd);
/// AND OR NOT, -, prefix*, parentheses.
/// </param>
/// <param name="Limit">1 to 1,000.</param>
/// <param name="NewestFirst">Otherwise by score.</param>
public sealed record SearchRequest(string Text, int Offset, int Limit, bool NewestFirst);

/// <param name="Total">Hits in the index; may count messages deleted since.</param>
public sealed record SearchPage(long Total, IReadOnlyList<SearchHit> Hits, IndexCoverage Coverage, TimeSpan Took);

public sealed record SearchHit(ContentId Id, float Score);

/// <param name="IndexedCommit">The last store commit the index covers.</param>
/// <param name="HeadCommit">The store's latest.</param>
public sealed record IndexCoverage(long IndexedCommit, long HeadCommit, long Documents)
{
    public bool IsComplete => IndexedCommit >= HeadCommit;
}
