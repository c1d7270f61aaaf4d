using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Search.Indexing;
using Lucene.Net.Index;
using Lucene.Net.Search;

namespace ArchiveJobs.Search.Queries;

/// <summary>One page of the hits of a query.</summary>
internal sealed class PageQuery
{
    // Deeper pages cost memory for every hit before them; nobody reads there.
    private const int MaxDepth = 100_000;

    private static readonly Sort Newest = new(new SortField(FieldNames.Second, SortFieldType.INT64, true), SortField.FIELD_DOC);

    private readonly Query _query;
    private readonly SearchRequest _request;
    private readonly long _started;
    private readonly CancellationToken _cancellation;

    /// <exception cref="Core.ArchiveException">Offset or limit out of range (Refused).</exception>
    public PageQuery(Query query, SearchRequest request, long started, CancellationToken cancellation)
    {
        (_query, _request, _started, _cancellation) = (query, request, started, cancellation);
        if (request.Limit is < 1 or > 1000 || request.Offset < 0 || request.Offset + (long)request.Limit > MaxDepth)
        {
            throw QueryException.Refuse("Pages have 1 to 1,000 hits, within the first 100,000. Narrow the search instead.", 0);
        }
    }

    /// <param name="lease">Null when there is no index: nothing is found, and the coverage says why.</param>
    public SearchPage Run(IArchiveStore store, IndexGeneration.Lease? lease, TimeProvider time)
    {
        var coverage = StoreIndex.CoverageOf(store, lease);
        if (lease is null || lease.Documents == 0)
        {
            return new SearchPage(0, [], coverage, time.GetElapsedTime(_started));
        }

        var top = Collect(lease.Searcher);
        var hits = new List<SearchHit>(Math.Max(0, Math.Min(_request.Limit, top.ScoreDocs.Length - _request.Offset)));
        for (var i = _request.Offset; i < top.ScoreDocs.Length; i++)
        {
            hits.Add(new SearchHit(IndexedIds.Of(lease.Searcher.IndexReader, top.ScoreDocs[i].Doc), float.IsNaN(top.ScoreDocs[i].Score) ? 0 : top.ScoreDocs[i].Score));
        }

        return new SearchPage(top.TotalHits, hits, coverage, time.GetElapsedTime(_started));
    }

    private TopDocs Collect(IndexSearcher searcher)
    {
        var count = Math.Max(1, Math.Min(_request.Offset + _request.Limit, searcher.IndexReader.MaxDoc));
        if (_request.NewestFirst)
        {
            var newest = TopFieldCollector.Create(Newest, count, true, false, false, false);
            searcher.Search(_query, new CancelableCollector(newest, _cancellation));
            return newest.GetTopDocs();
        }

        var best = TopScoreDocCollector.Create(count, false);
        searcher.Search(_query, new CancelableCollector(best, _cancellation));
        return best.GetTopDocs();
    }

    // A query over millions of hits ends soon after nobody waits for it.
    private sealed class CancelableCollector(ICollector inner, CancellationToken cancellation) : ICollector
    {
        private const int Every = 4096;

        private int _collected;

        public bool AcceptsDocsOutOfOrder => inner.AcceptsDocsOutOfOrder;

        public void SetScorer(Scorer scorer) => inner.SetScorer(scorer);

        public void SetNextReader(AtomicReaderContext context)
        {
            cancellation.ThrowIfCancellationRequested();
            inner.SetNextReader(context);
        }

        public void Collect(int doc)
        {
            if (++_collected % Every == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }

            inner.Collect(doc);
        }
    }
}
