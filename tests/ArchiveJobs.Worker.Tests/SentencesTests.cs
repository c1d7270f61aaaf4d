using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Tests;

public sealed class SentencesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 17, 0, 0, TimeSpan.Zero);

    [Fact]
    public void No_machine_text_is_left_in_a_sentence()
    {
        var refused = new Situation(SituationKeys.HostRefused, ErrorClass.TransientNetwork)
            .With("host", "imap.example.jp").With("port", 993).With("since", Start.ToString("O"));
        var summary = new RunSummary(
            7, Guid.Empty, "RunProfile", """{"name":"Sales"}""", RunTrigger.Manual, "anna", 1, RunState.Waiting, RunReason.Backoff, Start, null, refused, Start, Start, null);

        var sentence = Sentences.What(ShownRun.Of(summary), refused);

        Assert.Matches(
            @"^imap\.example\.jp has been refusing connections on port 993 since Nov 2[34], \d\d:\d\d \(UTC([+-][\d:]+)?\), so profile ""Sales"" cannot archive\.$", sentence);
    }

    [Fact]
    public void A_run_whose_host_died_again_and_again_is_said_to_have_stopped_behind_its_last_checkpoint()
    {
        var blocked = new Situation(SituationKeys.RunBlocked, ErrorClass.Unknown)
            .With("job", "RunProfile").With("since", Start.ToString("O")).With("host", "vm").With("item", "last-checkpoint");
        var summary = new RunSummary(
            7, Guid.Empty, "RunProfile", """{"name":"Sales"}""", RunTrigger.Manual, "anna", 1, RunState.Blocked, RunReason.None, Start, null, blocked, Start, Start, null);

        var sentence = Sentences.What(ShownRun.Of(summary), blocked);

        Assert.Matches(
            @"^Archiving of profile ""Sales"" has been stopped since .* after its host crashed three times at the same place: right after its last checkpoint\.$", sentence);
    }
}
