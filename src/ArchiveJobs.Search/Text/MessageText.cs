namespace ArchiveJobs.Search.Text;

/// <summary>What the index takes of one message, folded and ready for the analyzer. Reused; one owner at a time.</summary>
internal sealed class MessageText
{
    // docs/formats/index.md, "Bounds".
    private const int MaxBodyChars = 2_000_000;
    private const int MaxFieldChars = 200_000;

    public TextBuffer Subject { get; } = new(MaxFieldChars);

    /// <summary>From and Sender, names and addresses.</summary>
    public TextBuffer From { get; } = new(MaxFieldChars);

    /// <summary>To, Cc and Bcc, names and addresses.</summary>
    public TextBuffer To { get; } = new(MaxFieldChars);

    public TextBuffer Body { get; } = new(MaxBodyChars);

    public TextBuffer Attachments { get; } = new(MaxFieldChars);

    /// <summary>Of the Date field, else of the latest Received field; null when neither can be read.</summary>
    public DateTimeOffset? Date { get; set; }

    /// <summary>The message could not be taken apart: only what was read before that is here.</summary>
    public bool IsUnreadable { get; set; }

    public void Clear()
    {
        Subject.Clear();
        From.Clear();
        To.Clear();
        Body.Clear();
        Attachments.Clear();
        Date = null;
        IsUnreadable = false;
    }
}
