using System.Collections.Frozen;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Folders;

/// <summary>What a folder is for, by its usual English and Japanese names, for servers that do not say (RFC 6154).</summary>
public static class SpecialUseByName
{
    private static readonly FrozenDictionary<string, SpecialUse> Uses = new Dictionary<string, SpecialUse>
    {
        ["INBOX"] = SpecialUse.Inbox,
        ["受信トレイ"] = SpecialUse.Inbox,
        ["受信箱"] = SpecialUse.Inbox,
        ["Archive"] = SpecialUse.Archive,
        ["Archives"] = SpecialUse.Archive,
        ["アーカイブ"] = SpecialUse.Archive,
        ["All Mail"] = SpecialUse.All,
        ["すべてのメール"] = SpecialUse.All,
        ["Drafts"] = SpecialUse.Drafts,
        ["Draft"] = SpecialUse.Drafts,
        ["下書き"] = SpecialUse.Drafts,
        ["草稿"] = SpecialUse.Drafts,
        ["Junk"] = SpecialUse.Junk,
        ["Junk E-mail"] = SpecialUse.Junk,
        ["Junk Email"] = SpecialUse.Junk,
        ["Junk Mail"] = SpecialUse.Junk,
        ["Spam"] = SpecialUse.Junk,
        ["Bulk Mail"] = SpecialUse.Junk,
        ["迷惑メール"] = SpecialUse.Junk,
        ["スパム"] = SpecialUse.Junk,
        ["Sent"] = SpecialUse.Sent,
        ["Sent Items"] = SpecialUse.Sent,
        ["Sent Messages"] = SpecialUse.Sent,
        ["Sent Mail"] = SpecialUse.Sent,
        ["送信済み"] = SpecialUse.Sent,
        ["送信済みアイテム"] = SpecialUse.Sent,
        ["送信済みメール"] = SpecialUse.Sent,
        ["送信済みトレイ"] = SpecialUse.Sent,
        ["Trash"] = SpecialUse.Trash,
        ["Bin"] = SpecialUse.Trash,
        ["Deleted"] = SpecialUse.Trash,
        ["Deleted Items"] = SpecialUse.Trash,
        ["Deleted Messages"] = SpecialUse.Trash,
        ["ゴミ箱"] = SpecialUse.Trash,
        ["ごみ箱"] = SpecialUse.Trash,
        ["削除済み"] = SpecialUse.Trash,
        ["削除済みアイテム"] = SpecialUse.Trash,
        ["削除済みメール"] = SpecialUse.Trash,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Outboxes = ["Outbox", "送信トレイ", "送信箱", "未送信トレイ"];

    private static readonly string[] Tops = ["INBOX", "[Gmail]", "[Google Mail]"];

    /// <summary>By the folder's name at the top or right below INBOX (INBOX.Trash of some servers) or [Gmail]; None for all others, also deeper ones with such a name.</summary>
    /// <param name="path">As in <see cref="SourceFolder.Path"/>.</param>
    public static SpecialUse Of(string path) => Uses.GetValueOrDefault(TopName(path));

    /// <summary>Mail waiting to be sent; it has no use of its own in RFC 6154.</summary>
    public static bool IsOutbox(string path) => Outboxes.Contains(TopName(path), StringComparer.OrdinalIgnoreCase);

    private static string TopName(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var name = slash > 0 && Tops.Contains(path[..slash], StringComparer.OrdinalIgnoreCase) ? path[(slash + 1)..] : path;
        return name.Normalize(System.Text.NormalizationForm.FormKC); // A name may be decomposed or written in half-width katakana.
    }
}
