using ArchiveJobs.Core;
using ArchiveJobs.Search.Analysis;
using ArchiveJobs.Search.Text;
using Lucene.Net.Documents;
using Lucene.Net.Index;
using Lucene.Net.Util;

namespace ArchiveJobs.Search.Indexing;

/// <summary>The Lucene document of a message. One object and its fields serve all messages of a thread: making them anew is measurable.</summary>
internal sealed class MessageDocument : IDisposable
{
    private static readonly FieldType TextType = Freeze(new FieldType
    {
        IsIndexed = true,
        IsTokenized = true,
        IndexOptions = IndexOptions.DOCS_AND_FREQS_AND_POSITIONS,
    });

    private static readonly FieldType IdType = Freeze(new FieldType
    {
        IsIndexed = true,
        IsTokenized = true,
        OmitNorms = true,
        IndexOptions = IndexOptions.DOCS_ONLY,
    });

    // 8 bits a step: 4 terms a message, a range of years reads at most a few hundred.
    private static readonly FieldType MinuteType = Freeze(new FieldType(Int32Field.TYPE_NOT_STORED) { NumericPrecisionStep = MinutePrecisionStep });

    public const int MinutePrecisionStep = 8;

    private readonly List<IIndexableField> _fields = [];
    private readonly TextField _subject = new(FieldNames.Subject);
    private readonly TextField _from = new(FieldNames.From);
    private readonly TextField _to = new(FieldNames.To);
    private readonly TextField _body = new(FieldNames.Body);
    private readonly TextField _attachments = new(FieldNames.Attachment);
    private readonly IdTokenStream _idTokens = new();
    private readonly Field _id;
    private readonly BinaryDocValuesField _idColumn = new(FieldNames.Id, new BytesRef(new byte[ContentId.Bytes]));
    private readonly Int32Field _minute = new(FieldNames.Minute, 0, MinuteType);
    private readonly NumericDocValuesField _second = new(FieldNames.Second, 0);

    public MessageDocument() => _id = new Field(FieldNames.Id, _idTokens, IdType);

    /// <summary>The term by which a message is replaced or deleted.</summary>
    public static Term IdTerm(ContentId id) => new(FieldNames.Id, new BytesRef(id.ToArray()));

    /// <returns>The fields; valid until the next call.</returns>
    public IEnumerable<IIndexableField> Fill(ContentId id, MessageText text)
    {
        _fields.Clear();
        var bytes = id.ToArray();
        _idTokens.SetId(bytes);
        _fields.Add(_id);
        _idColumn.SetBytesValue(bytes);
        _fields.Add(_idColumn);
        AddDate(text.Date);
        Add(_subject, text.Subject);
        Add(_from, text.From);
        Add(_to, text.To);
        Add(_attachments, text.Attachments);
        Add(_body, text.Body);
        return _fields;
    }

    public void Dispose() => _idTokens.Dispose();

    private void AddDate(DateTimeOffset? date)
    {
        var second = date?.ToUnixTimeSeconds() ?? 0;
        _second.SetInt64Value(second);
        _fields.Add(_second);
        if (date is not null)
        {
            _minute.SetInt32Value((int)(second / 60));
            _fields.Add(_minute);
        }
    }

    private void Add(TextField field, TextBuffer text)
    {
        if (text.Length > 0)
        {
            field.Tokens.SetText(text);
            _fields.Add(field.Field);
        }
    }

    private static FieldType Freeze(FieldType type)
    {
        type.Freeze();
        return type;
    }

    private sealed class TextField
    {
        public TextField(string name) => Field = new Field(name, Tokens, TextType);

        public MailTokenStream Tokens { get; } = new();

        public Field Field { get; }
    }
}
