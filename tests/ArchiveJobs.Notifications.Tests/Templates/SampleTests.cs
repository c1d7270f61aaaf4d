using ArchiveJobs.Notifications.Templates;
using ArchiveJobs.Notifications.Tests.Kit;

namespace ArchiveJobs.Notifications.Tests.Templates;

/// <summary>The samples as the design writes them, character by character. The snapshot of the wrong password is the design's own text.</summary>
public sealed class SampleTests
{
    [Theory]
    [InlineData("wrong-password", "en")]
    [InlineData("wrong-password", "ja")]
    [InlineData("dead-server", "en")]
    [InlineData("dead-server", "ja")]
    [InlineData("store-damaged", "en")]
    [InlineData("store-damaged", "ja")]
    [InlineData("backup-overdue", "en")]
    [InlineData("backup-overdue", "ja")]
    [InlineData("works-again", "en")]
    [InlineData("works-again", "ja")]
    [InlineData("test", "en")]
    [InlineData("test", "ja")]
    [InlineData("digest", "en")]
    [InlineData("digest", "ja")]
    public void A_mail_reads_as_the_design_writes_it(string sample, string language)
    {
        var mail = AlertRenderer.Render(SampleAlerts.Of(sample, language), Readers.Of(language));

        Assert.Equal(Snapshot($"{sample}.{language}.txt"), mail.Subject + "\n\n" + mail.Text);
    }

    [Theory]
    [InlineData("wrong-password", "en", "ArchiveJobs: profile \"Sales\" stopped since Nov 24, 02:00 (UTC+9). imap.example.jp does not accept the login. Enter the current password in the profile. Run 4711")]
    [InlineData("wrong-password", "ja", "ArchiveJobs: プロファイル「営業部」停止中（11月24日 02:00から）。imap.example.jpにログインできません。プロファイルのパスワードを確認してください。実行4711")]
    [InlineData("dead-server", "en", "ArchiveJobs: 23 of 40 profiles stopped since Nov 24, 02:00 (UTC+9). imap.example.jp refuses connections on port 993. Check its mail service. Next try 02:10")]
    [InlineData("dead-server", "ja", "ArchiveJobs: プロファイル23件が停止中（11月24日 02:00から）。imap.example.jp（ポート993）に接続できません。メールサービスを確認してください。次回試行02:10")]
    [InlineData("store-damaged", "en", "ArchiveJobs: 2 of 1,204,313 messages in store \"2026\" damaged (found Nov 24, 03:12 UTC+9). Do not copy or compact it. Open the store and press Plan repair. Run 4735")]
    [InlineData("store-damaged", "ja", "ArchiveJobs: アーカイブストア「2026」で1,204,313通中2通の破損を検出（11月24日 03:12）。コピーやコンパクト化は行わず、「修復の計画」を押してください。実行4735")]
    [InlineData("backup-overdue", "en", "ArchiveJobs: backup \"Daily\" overdue since Nov 23, 04:00 (UTC+9). Last good one Nov 22. 1,304 messages are in no backup. Check the backup drive. Run 4698")]
    [InlineData("backup-overdue", "ja", "ArchiveJobs: バックアップ「毎日」が未完了（予定11月23日 04:00、最後の成功11月22日）。1,304通が未バックアップです。バックアップ先を確認してください。実行4698")]
    [InlineData("works-again", "en", "ArchiveJobs: profile \"Sales\" works again since Nov 24, 09:12 (UTC+9), after 7 h 12 min. 214 messages caught up, 0 failed. Nothing to do. Run 4742")]
    [InlineData("works-again", "ja", "ArchiveJobs: プロファイル「営業部」復旧（11月24日 09:12）。停止7時間12分、取り戻し214通、失敗0通。対処は不要です。実行4742")]
    [InlineData("test", "en", "ArchiveJobs: test from archive01, Nov 24, 10:05 (UTC+9), sent by tanaka. Alerts will look like this. Nothing to do.")]
    [InlineData("test", "ja", "ArchiveJobs: archive01からのテスト（11月24日 10:05、送信者tanaka）。実際の通知もこの形で届きます。対処は不要です。")]
    [InlineData("digest", "en", "ArchiveJobs Nov 24: 118 runs, 2 failed, 1,204 messages archived. Needs you: password of profile \"Sales\", drive of backup \"Daily\".")]
    [InlineData("digest", "ja", "ArchiveJobs 11月24日: 実行118件、失敗2件、アーカイブ1,204通。要確認: プロファイル「営業部」のパスワード、バックアップ「毎日」のドライブ")]
    public void A_network_message_reads_as_the_design_writes_it(string sample, string language, string expected)
    {
        var message = AlertRenderer.Render(SampleAlerts.Of(sample, language), Readers.Of(language)).Brief;

        Assert.Equal(expected, message);
    }

    private static string Snapshot(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Snapshots", name));
}
