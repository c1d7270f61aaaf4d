using ArchiveJobs.Core;
using Lucene.Net.Index;
using Lucene.Net.Util;

namespace ArchiveJobs.Search.Indexing;

/// <summary>The column of content ids.</summary>
internal static class IndexedIds
{
    /// <summary>The messages in the index, each once, in no order.</summary>
    public static IEnumerable<ContentId> Read(IndexReader reader)
    {
        var bytes = new BytesRef();
        foreach (var leaf in reader.Leaves)
        {
            var ids = leaf.AtomicReader.GetBinaryDocValues(FieldNames.Id);
            var live = leaf.AtomicReader.LiveDocs;
            for (var document = 0; document < leaf.AtomicReader.MaxDoc; document++)
            {
                if (live?.Get(document) ?? true)
                {
                    ids.Get(document, bytes);
                    yield return new ContentId(bytes.Bytes.AsSpan(bytes.Offset, bytes.Length));
                }
            }
        }
    }

    public static ContentId Of(IndexReader reader, int document)
    {
        var leaf = reader.Leaves[ReaderUtil.SubIndex(document, reader.Leaves)];
        var bytes = new BytesRef();
        leaf.AtomicReader.GetBinaryDocValues(FieldNames.Id).Get(document - leaf.DocBase, bytes);
        return new ContentId(bytes.Bytes.AsSpan(bytes.Offset, bytes.Length));
    }
}
