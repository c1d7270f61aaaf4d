using System.Text.Json.Nodes;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Tests;

public sealed class SentencesTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 24, 2, 0, 3, TimeSpan.Zero);

    [Fact]
    public void Instants_that_the_ledger_keeps_are_shown_as_people_read_them()
    {
        var refused = new Situation(SituationKeys.LoginRefused, ErrorClass.Authentication)
            .With("since", "2026-11-24T02:00:03.8797344+00:00").With("host", "imap.example.jp").With("b", "sales@example.jp");

        Assert.Equal(
            $"Profile \"Sales\" has archived nothing since {Sentences.Instant(At, TimeZoneInfo.Local)}: imap.example.jp does not accept the user name or password for sales@example.jp.",
            Sentences.What(Run(refused), refused));
        Assert.Equal("Enter the current password: archivejobs profile set Sales --password-file FILE", Sentences.ToDo(Run(refused), refused));
    }

    [Fact]
    public void A_full_disk_counts_runs_and_says_how_much_to_free()
    {
        var full = new Situation(SituationKeys.DiskFull, ErrorClass.StoreFull).With("s", "2026").With("need", 31_500_000);

        Assert.Equal($"The disk of store \"2026\" has been full since {Sentences.Instant(At, TimeZoneInfo.Local)}; 1 run waits, and what is archived is safe.", Sentences.What(Run(full), full));
        Assert.Equal("Free at least 31.5 MB; the runs go on by themselves within 5 minutes.", Sentences.ToDo(Run(full), full));
    }

    [Fact]
    public void A_blocked_run_is_named_with_its_profile_and_its_place()
    {
        var blocked = new Situation(SituationKeys.RunBlocked, ErrorClass.Unknown).With("job", "RunProfile").With("since", At.ToString("O", System.Globalization.CultureInfo.InvariantCulture));

        Assert.Equal(
            $"Archiving of profile \"Sales\" has been stopped since {Sentences.Instant(At, TimeZoneInfo.Local)} after its host crashed three times at the same place: before the first message.",
            Sentences.What(Run(blocked), blocked));
        Assert.Equal("Look at the log (archivejobs runs show 7 --log), then: archivejobs runs retry 7", Sentences.ToDo(Run(blocked), blocked));
    }

    private static ShownRun Run(Situation cause) => new(
        new RunSummary(7, Guid.Empty, "RunProfile", "", RunTrigger.Manual, "tanaka", 1, RunState.Waiting, RunReason.Disk, At, null, cause, At, At, null),
        null, new JsonObject { ["name"] = "Sales" }, null, []);
}
