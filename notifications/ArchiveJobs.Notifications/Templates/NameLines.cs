using ArchiveJobs.Core.Situations;
using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>Messages by mailbox, folder, date, size and the first digits of their hash; never by subject.</summary>
internal sealed class NameLines(Alert alert, Template template)
{
    private const int MaxShown = 20;
    private const int ShownDigits = 12;

    public IReadOnlyList<string> Lines => [.. alert.Names.Take(MaxShown).Select(Line)];

    /// <summary>"and 12 more"; null when all are shown.</summary>
    public string? More
    {
        get
        {
            var left = alert.NamesLeftOut + Math.Max(0, alert.Names.Length - MaxShown);
            return left == 0 ? null : template.Find("frame", "more", new Dictionary<string, string> { ["n"] = left.ToString(System.Globalization.CultureInfo.InvariantCulture) });
        }
    }

    private string Line(AlertName name) => string.Join(
        template.IsJapanese ? "、" : ", ",
        MarkedText.Mark(VisibleText.Clean(name.Mailbox)),
        MarkedText.Mark(VisibleText.Clean(Folder(name.Folder))),
        template.Times.Format(name.Date, "listed"),
        Quantities.Size(name.Bytes),
        name.Sha256.Length > ShownDigits ? name.Sha256[..ShownDigits] : name.Sha256);

    private string Folder(string folder)
    {
        const string Inbox = "INBOX";
        var isInbox = folder.StartsWith(Inbox, StringComparison.OrdinalIgnoreCase) && (folder.Length == Inbox.Length || folder[Inbox.Length] == '/');
        return isInbox ? template.Find("frame", "inbox", new Dictionary<string, string>()) + folder[Inbox.Length..] : folder;
    }
}
