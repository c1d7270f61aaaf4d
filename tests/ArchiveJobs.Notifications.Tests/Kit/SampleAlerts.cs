using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Tests.Kit;

/// <summary>The samples of the design's words, as data; Tuesday, November 24, 2026, in Tokyo.</summary>
internal static class SampleAlerts
{
    public static Alert Of(string name, string language) => name switch
    {
        "wrong-password" => WrongPassword(language),
        "dead-server" => DeadServer(language),
        "store-damaged" => StoreDamaged(language),
        "backup-overdue" => BackupOverdue(language),
        "works-again" => WorksAgain(language),
        "test" => Test(language),
        "digest" => Digest(language),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    public static Alert WrongPassword(string language) => new()
    {
        Id = "318",
        Event = AlertEvent.Opened,
        Severity = AlertSeverity.Error,
        State = AlertState.Stopped,
        Subject = new AlertSubject("profile", language == "ja" ? "営業部" : "Sales", 7),
        Situation = LoginRefused,
        Since = Tokyo("2026-11-24T02:00:03"),
        At = Tokyo("2026-11-24T02:00:03"),
        Run = new AlertRun(4711, "RunProfile") { Attempt = 1 },
        Affected = new AffectedCounts(Profiles: 1, Mailboxes: 1),
        Facts =
        [
            new AlertFact("last-good-run-archived").With("at", Tokyo("2026-11-24T01:00")).With("n", 12),
            new AlertFact("safe-in-store").With("n", 48210),
            new AlertFact("until-then-login").With("next", Tokyo("2026-11-24T08:00")),
        ],
        Links = new AlertLinks { Do = Page("profiles/7"), Run = Page("runs/4711"), Mute = Page("alerts/318/mute") },
        Host = "archive01",
        Version = "1.0",
    };

    public static Alert DeadServer(string language) => new()
    {
        Id = "319",
        Event = AlertEvent.Opened,
        Severity = AlertSeverity.Error,
        State = AlertState.Stopped,
        Subject = new AlertSubject("profile", language == "ja" ? "営業部" : "Sales", 7),
        Situation = new Situation(SituationKeys.HostRefused, ErrorClass.TransientNetwork) { ServerWords = "Connection refused" }
            .With("host", "imap.example.jp").With("port", 993),
        Since = Tokyo("2026-11-24T02:00"),
        At = Tokyo("2026-11-24T02:02:30"),
        Run = new AlertRun(4711, "RunProfile") { LastId = 4733, Attempt = 3, MaxAttempts = 8, NextTry = Tokyo("2026-11-24T02:10") },
        Affected = new AffectedCounts(Profiles: 23, AllProfiles: 40, Mailboxes: 312),
        Facts =
        [
            new AlertFact("profiles").With("names", language == "ja" ? "営業部\n経理部\n法務部\nサポート\n大阪支店" : "Sales\nAccounting\nLegal\nSupport\nOsaka").With("more", 18),
            new AlertFact("mailboxes").With("n", 312),
            new AlertFact("last-good-run").With("at", Tokyo("2026-11-24T01:00")),
            new AlertFact("next-try").With("at", Tokyo("2026-11-24T02:10")),
            new AlertFact("not-affected").With("n", 17).With("servers", 2),
        ],
        Links = new AlertLinks { Do = Page("profiles"), Run = Page("runs") },
        Host = "archive01",
        Version = "1.0",
    };

    public static Alert StoreDamaged(string language) => new()
    {
        Id = "320",
        Event = AlertEvent.Opened,
        Severity = AlertSeverity.Critical,
        State = AlertState.Damaged,
        Subject = new AlertSubject("store", "2026", 1),
        Situation = new Situation(SituationKeys.StoreDamaged, ErrorClass.StoreCorrupt).With("n", 2).With("m", 1204311),
        Since = Tokyo("2026-11-24T03:12"),
        At = Tokyo("2026-11-24T03:12"),
        Run = new AlertRun(4735, "VerifyStore") { Arguments = "level full" },
        Names =
        [
            new AlertName("sales@example.jp", "INBOX", Tokyo("2026-03-03T09:41"), 184320, "4f1c09ab77d2" + new string('0', 52)),
            new AlertName("orders@example.jp", "INBOX/2026", Tokyo("2026-03-03T09:44"), 2_100_000, "90be17c2a4f3" + new string('0', 52)),
        ],
        Facts =
        [
            new AlertFact("same-file").With("n", 2).With("at", Tokyo("2026-11-17T03:10")),
            new AlertFact("in-backup").With("n", 2).With("name", language == "ja" ? "毎日" : "Daily").With("date", Tokyo("2026-11-22T04:00")),
            new AlertFact("archiving-waits"),
        ],
        Details = [new AlertFact("damaged-place").With("file", "00000012-00000031.dat").With("offset", 48234496)],
        Links = new AlertLinks { Do = Page("stores/1"), Run = Page("runs/4735") },
        Host = "archive01",
        Version = "1.0",
    };

    public static Alert BackupOverdue(string language) => new()
    {
        Id = "321",
        Event = AlertEvent.Opened,
        Severity = AlertSeverity.Warning,
        State = AlertState.Overdue,
        Subject = new AlertSubject("backup", language == "ja" ? "毎日" : "Daily", 3),
        Situation = new Situation(SituationKeys.ScheduleOverdue, ErrorClass.Unknown).With("job", "CreateBackup").With("run", 4698)
            .With("date", "2026-11-22T04:00:00+09:00").With("age", "1.02:00:00").With("unsaved", 1304),
        Since = Tokyo("2026-11-23T04:00"),
        At = Tokyo("2026-11-23T06:00"),
        Facts =
        [
            new AlertFact("last-good-backup-verified").With("at", Tokyo("2026-11-22T04:00")),
            new AlertFact("not-backed-up").With("n", 1304).With("size", 400_000_000),
            new AlertFact("allowed-delay").With("delay", "02:00:00"),
            new AlertFact("latest-run-waiting").With("run", 4698).With("next", Tokyo("2026-11-23T06:30")),
        ],
        Details = [new AlertFact("schedule-slot").With("id", 3).With("kind", "CreateBackup").With("slot", "2026-11-22T19:00:00Z").With("grace", "02:00:00")],
        Links = new AlertLinks { Do = Page("backups") },
        Host = "archive01",
        Version = "1.0",
    };

    public static Alert WorksAgain(string language) => WrongPassword(language) with
    {
        Event = AlertEvent.Recovered,
        Severity = AlertSeverity.Information,
        Since = Tokyo("2026-11-24T02:00"),
        At = Tokyo("2026-11-24T09:12"),
        Situation = LoginRefused.With("caughtUp", 214).With("failed", 0),
        Run = new AlertRun(4742, "RunProfile"),
        Facts =
        [
            new AlertFact("stopped-for").With("from", Tokyo("2026-11-24T02:00")).With("to", Tokyo("2026-11-24T09:12")),
            new AlertFact("cause"),
            new AlertFact("solved-by-password").With("person", "tanaka").With("at", Tokyo("2026-11-24T09:11")),
            new AlertFact("skipped-slots").With("n", 7).With("run", 4742),
            new AlertFact("balance").With("seen", 48424).With("archived", 214).With("held", 48210).With("failed", 0),
        ],
        Links = new AlertLinks { Do = Page("profiles/7"), Run = Page("runs/4742") },
    };

    public static Alert Test(string language) => new()
    {
        Id = "test-9",
        Event = AlertEvent.Test,
        Severity = AlertSeverity.Information,
        Subject = new AlertSubject("channel", language == "ja" ? "管理者宛てメール" : "Mail to administrators", 1),
        Situation = new Situation("test", ErrorClass.Unknown).With("person", "tanaka").With("i", 1).With("n", 2).With("from", "archive@example.jp"),
        Since = Tokyo("2026-11-24T10:05"),
        At = Tokyo("2026-11-24T10:05"),
        Facts =
        [
            new AlertFact("sent-through-login").With("host", "smtp.example.jp").With("port", 587).With("security", "starttls"),
            new AlertFact("rules").With("n", 5),
            new AlertFact("reader"),
        ],
        Host = "archive01",
        Version = "1.0",
    };

    public static Alert Digest(string language) => new()
    {
        Id = "digest-20261124",
        Event = AlertEvent.Digest,
        Severity = AlertSeverity.Information,
        Subject = new AlertSubject("host", "archive01"),
        Situation = new Situation("digest", ErrorClass.Unknown).With("n", 118).With("failed", 2).With("archived", 1204).With("to", "2026-11-24T07:00:00+09:00")
            .With("needs", language == "ja" ? "プロファイル「営業部」のパスワード\nバックアップ「毎日」のドライブ" : "password of profile \"Sales\"\ndrive of backup \"Daily\""),
        Since = Tokyo("2026-11-23T07:00"),
        At = Tokyo("2026-11-24T07:00"),
        Facts =
        [
            new AlertFact("runs").With("good", 113).With("warned", 2).With("errors", 1).With("failed", 2).With("skipped", 7),
            new AlertFact("archived").With("n", 1204).With("size", 400_000_000),
            new AlertFact("open-alerts").With("n", 2),
        ],
        Host = "archive01",
        Version = "1.0",
    };

    public static Situation LoginRefused { get; } = new Situation(SituationKeys.LoginRefused, ErrorClass.Authentication)
    {
        ServerWords = "NO [AUTHENTICATIONFAILED] Authentication failed.",
    }.With("host", "imap.example.jp").With("b", "sales@example.jp");

    public static DateTimeOffset Tokyo(string local) =>
        new(DateTime.Parse(local, CultureInfo.InvariantCulture), TimeSpan.FromHours(9));

    private static Uri Page(string path) => new("https://archive01.example.jp:8462/" + path);
}
