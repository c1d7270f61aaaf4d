using MailKit;

namespace ArchiveJobs.Mail.Imap;

/// <summary>Flags as a server writes them, one string for each combination that occurs: a mailbox has few.</summary>
internal sealed class FlagTexts
{
    private static readonly (MessageFlags Flag, string Text)[] System =
    [
        (MessageFlags.Answered, "\\Answered"),
        (MessageFlags.Deleted, "\\Deleted"),
        (MessageFlags.Draft, "\\Draft"),
        (MessageFlags.Flagged, "\\Flagged"),
        (MessageFlags.Seen, "\\Seen"),
    ];

    private readonly Dictionary<MessageFlags, string> _withoutKeywords = [];
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>System flags, then keywords in ordinal order. \Recent is left out: it belongs to a session, not to a message (RFC 9051 dropped it).</summary>
    public string Of(MessageFlags flags, IReadOnlyCollection<string> keywords)
    {
        if (keywords.Count > 0)
        {
            return Make(flags, keywords);
        }

        if (!_withoutKeywords.TryGetValue(flags, out var known))
        {
            _withoutKeywords.Add(flags, known = Make(flags, keywords));
        }

        return known;
    }

    private string Make(MessageFlags flags, IReadOnlyCollection<string> keywords)
    {
        var names = System.Where(pair => flags.HasFlag(pair.Flag)).Select(pair => pair.Text).Concat(keywords.Order(StringComparer.Ordinal));
        var text = string.Join(' ', names);
        if (_texts.TryGetValue(text, out var known))
        {
            return known;
        }

        _texts.Add(text, text);
        return text;
    }
}
