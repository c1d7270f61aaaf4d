using Lucene.Net.Analysis;
using Lucene.Net.Analysis.TokenAttributes;
using Lucene.Net.Util;

namespace ArchiveJobs.Search.Analysis;

/// <summary>One token of 32 octets: the content id as a term, without a detour over text.</summary>
internal sealed class IdTokenStream : TokenStream
{
    private readonly IdTermAttribute _term = new();
    private bool _isGiven;

    public IdTokenStream() => AddAttributeImpl(_term);

    public void SetId(byte[] id) => _term.BytesRef.Bytes = id;

    public override void Reset()
    {
        base.Reset();
        _isGiven = false;
    }

    public override bool IncrementToken()
    {
        ClearAttributes(); // the end of the document before left a position increment of 0
        var isFirst = !_isGiven;
        _isGiven = true;
        return isFirst;
    }

    private sealed class IdTermAttribute : Lucene.Net.Util.Attribute, ITermToBytesRefAttribute
    {
        public BytesRef BytesRef { get; } = new() { Length = Core.ContentId.Bytes };

        public void FillBytesRef()
        {
        }

        public override void Clear()
        {
        }

        public override void CopyTo(IAttribute target)
        {
        }
    }
}
