using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Folders;

namespace ArchiveJobs.Mail.Tests.Folders;

public sealed class FolderRulesTests
{
    [Theory]
    [InlineData("Trash")]
    [InlineData("INBOX/Trash")]
    [InlineData("[Gmail]/Spam")]
    [InlineData("Trash/2024/old")]
    [InlineData("drafts")]
    [InlineData("Deleted Items")]
    [InlineData("Deleted Messages")]
    [InlineData("Junk E-mail")]
    [InlineData("Outbox")]
    [InlineData("ゴミ箱")]
    [InlineData("ｺﾞﾐ箱")]
    [InlineData("削除済みアイテム")]
    [InlineData("下書き")]
    [InlineData("迷惑メール")]
    [InlineData("INBOX/送信トレイ")]
    public void Folders_usually_without_mail_to_keep_are_excluded_on_servers(string path)
    {
        Assert.Equal(ExclusionReason.Usual, FolderRules.For("imap", [], []).Decide(Folder(path)).Reason);
        Assert.True(FolderRules.For("maildir", [], []).Decide(Folder(path)).IsIncluded);
    }

    [Theory]
    [InlineData("INBOX")]
    [InlineData("Sent")]
    [InlineData("送信済み")]
    [InlineData("Projects/Trash")]
    [InlineData("Trash bin designs")]
    [InlineData("INBOX/Customers/Spam")]
    public void All_other_folders_are_included(string path) => Assert.True(FolderRules.For("imap", [], []).Decide(Folder(path)).IsIncluded);

    [Fact]
    public void What_the_server_says_of_a_folder_counts_whatever_its_name() =>
        Assert.Equal(new FolderDecision(ExclusionReason.Usual, "Junk"), FolderRules.For("imap", [], []).Decide(Folder("Werbung", SpecialUse.Junk)));

    [Fact]
    public void What_lies_below_an_excluded_folder_goes_with_it()
    {
        var rules = FolderRules.For("imap", [], []);
        SourceFolder[] all = [Folder("Papierkorb", SpecialUse.Trash), Folder("Papierkorb/2024"), Folder("Papierkorbfotos")];

        Assert.Equal([ExclusionReason.Usual, ExclusionReason.Usual, ExclusionReason.None], all.Select(folder => rules.Decide(folder, all).Reason));
    }

    [Fact]
    public void A_folder_the_server_gives_another_use_is_not_excluded_by_its_name() =>
        Assert.True(FolderRules.For("imap", [], []).Decide(Folder("Bin", SpecialUse.Archive)).IsIncluded);

    [Theory]
    [InlineData("none")]
    [InlineData("NONE")]
    public void None_excludes_nothing(string none) => Assert.True(FolderRules.For("imap", [], [none]).Decide(Folder("Trash", SpecialUse.Trash)).IsIncluded);

    [Fact]
    public void Exclude_patterns_replace_the_default()
    {
        var rules = FolderRules.For("imap", [], ["Old"]);

        Assert.True(rules.Decide(Folder("Trash")).IsIncluded);
        Assert.Equal(new FolderDecision(ExclusionReason.Pattern, "Old"), rules.Decide(Folder("old")));
    }

    [Theory]
    [InlineData("Tmp", "Tmp", true)]
    [InlineData("Tmp", "tmp/2024", true)]
    [InlineData("Tmp", "Projects/Tmp", true)]
    [InlineData("Tmp", "Projects/Tmp/x", true)]
    [InlineData("Tmp", "Tmp2", false)]
    [InlineData("/Tmp", "Tmp/x", true)]
    [InlineData("/Tmp", "Projects/Tmp", false)]
    [InlineData("Projects/*", "Projects/a/b", true)]
    [InlineData("Projects/*", "Projects", false)]
    [InlineData("Projects/20??", "Projects/2024", true)]
    [InlineData("Projects/20??", "Projects/202", false)]
    [InlineData("*/Tmp", "a/b/Tmp", true)]
    [InlineData("*", "anything/at all", true)]
    [InlineData("取引先", "取引先/見積", true)]
    [InlineData(@"a\b", @"a\b", true)]
    [InlineData("a[1]", "a[1]", true)]
    public void Patterns_match_as_documented(string pattern, string path, bool matches)
    {
        Assert.Equal(!matches, FolderRules.For("imap", [], [pattern]).Decide(Folder(path)).IsIncluded);
        Assert.Equal(matches, FolderRules.For("imap", [pattern], []).Decide(Folder(path)).IsIncluded);
    }

    [Fact]
    public void Who_includes_Trash_by_name_gets_it() => Assert.True(FolderRules.For("imap", ["Trash"], []).Decide(Folder("Trash", SpecialUse.Trash)).IsIncluded);

    [Fact]
    public void Exclusion_wins_over_inclusion()
    {
        var rules = FolderRules.For("imap", ["Projects"], ["Projects/Secret", " "]);

        Assert.True(rules.Decide(Folder("Projects/Open")).IsIncluded);
        Assert.Equal(ExclusionReason.Pattern, rules.Decide(Folder("Projects/Secret/a")).Reason);
        Assert.Equal(ExclusionReason.NotIncluded, rules.Decide(Folder("INBOX")).Reason);
    }

    [Theory]
    [InlineData("INBOX", SpecialUse.Inbox)]
    [InlineData("Sent Items", SpecialUse.Sent)]
    [InlineData("INBOX/Archive", SpecialUse.Archive)]
    [InlineData("[Gmail]/すべてのメール", SpecialUse.All)]
    [InlineData("Customers/Sent", SpecialUse.None)]
    public void Uses_are_known_by_name(string path, SpecialUse use) => Assert.Equal(use, SpecialUseByName.Of(path));

    private static SourceFolder Folder(string path, SpecialUse use = SpecialUse.None) => new(path, use, Selectable: true, null);
}
