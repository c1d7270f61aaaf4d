using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Tests;

public sealed class SentencesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 17, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Asia/Tokyo", "Nov 24, 02:00 (UTC+9)")]
    [InlineData("Asia/Kolkata", "Nov 23, 22:30 (UTC+5:30)")]
    [InlineData("America/New_York", "Nov 23, 12:00 (UTC-5)")]
    [InlineData("UTC", "Nov 23, 17:00 (UTC)")]
    public void Instants_have_their_zone(string zone, string text)
    {
        Assert.Equal(text, Sentences.Instant(Start, TimeZoneInfo.FindSystemTimeZoneById(zone)));
    }

    [Fact]
    public void No_machine_text_is_left_in_a_sentence()
    {
        var refused = new Situation(SituationKeys.HostRefused, ErrorClass.TransientNetwork)
            .With("host", "imap.example.jp").With("port", 993).With("since", Start.ToString("O"));
        var summary = new RunSummary(
            7, Guid.Empty, "RunProfile", """{"name":"Sales"}""", RunTrigger.Manual, "anna", 1, RunState.Waiting, RunReason.Backoff, Start, null, refused, Start, Start, null);

        var sentence = Sentences.What(ShownRun.Of(summary), refused);

        Assert.Equal($"imap.example.jp has been refusing connections on port 993 since {Sentences.Instant(Start, TimeZoneInfo.Local)}, so profile \"Sales\" cannot archive.", sentence);
    }
}
