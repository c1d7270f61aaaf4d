using Lucene.Net.Analysis;
using Lucene.Net.Index;
using Lucene.Net.Search.Similarities;
using Lucene.Net.Util;
using Directory = Lucene.Net.Store.Directory;

namespace ArchiveJobs.Search.Indexing;

/// <summary>How indexes are written and scored; writer and searchers must agree on the similarity.</summary>
internal static class IndexWriters
{
    // The followers of a host share its cores with archiving: one merge at a time.
    private const int MaxMerges = 2;
    private const int MergeThreads = 1;

    public static Similarity Similarity { get; } = new BM25Similarity();

    public static IndexWriter Open(Directory directory, MergeFailure mergeFailure, int bufferMegabytes)
    {
        var merges = new QuietMergeScheduler(mergeFailure);
        merges.SetMaxMergesAndThreads(MaxMerges, MergeThreads);
        return new IndexWriter(directory, new IndexWriterConfig(LuceneVersion.LUCENE_48, new NoAnalyzer())
        {
            OpenMode = OpenMode.CREATE_OR_APPEND,
            RAMBufferSizeMB = bufferMegabytes,
            Similarity = Similarity,
            MergeScheduler = merges,
            CheckIntegrityAtMerge = true, // a flipped bit is found instead of carried on
        });
    }

    // The stock one throws on its own thread, which would end the process; this one keeps the failure for the next commit.
    private sealed class QuietMergeScheduler(MergeFailure failure) : ConcurrentMergeScheduler
    {
        protected override void HandleMergeException(Exception exc) => failure.Keep(exc);
    }

    // All fields bring their own tokens.
    private sealed class NoAnalyzer : Analyzer
    {
        protected override TokenStreamComponents CreateComponents(string fieldName, TextReader reader) => throw new NotSupportedException();
    }
}
