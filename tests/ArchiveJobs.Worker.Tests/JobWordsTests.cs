using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Tests;

public sealed class JobWordsTests
{
    [Fact]
    public void Values_stand_behind_an_equals_sign_or_a_space_or_are_left_out()
    {
        var options = JobWords.Read(["--id=1", "--max-rate", "2.5", "--dry-run", "--note=a=b"]);

        Assert.Equal([new("id", "1"), new("max-rate", "2.5"), new("dry-run", null), new KeyValuePair<string, string?>("note", "a=b")], options);
    }

    [Fact]
    public void A_lone_word_is_a_mistake_of_the_command_line()
    {
        var failure = Assert.Throws<CommandException>(() => JobWords.Read(["Tokyo"]));

        Assert.Equal(ExitCodes.Usage, failure.ExitCode);
    }
}
