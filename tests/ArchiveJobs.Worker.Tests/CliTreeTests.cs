using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Commands;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Tests;

public sealed class CliTreeTests
{
    private readonly CliTree _tree = AllCommands.Create();

    [Theory]
    [InlineData("VerifyStore --id=1")]
    [InlineData("verifystore --id=1")]
    [InlineData("run verifySTORE --id=1")]
    [InlineData("--data /tmp/x VerifyStore --id=1")]
    public void A_job_kind_is_a_command_of_its_own_in_any_case(string words)
    {
        var line = _tree.Parse(words.Split(' '));

        Assert.Empty(line.Errors);
        Assert.IsType<RunCommand>(line.CommandResult.Command);
        Assert.Equal("VerifyStore", line.GetValue<string>("KIND"));
        Assert.Equal(["--id=1"], line.UnmatchedTokens);
    }

    [Theory]
    [InlineData("run RestoreBackup --path=/b --recovery-code-file=-")]
    [InlineData("restorebackup --path /b --recovery-code-file -")]
    [InlineData("--data /tmp/x run restoreBackup --path=/b --recovery-code-file=-")]
    public void A_restore_is_a_command_that_no_host_and_no_ledger_gets_the_words_of(string words)
    {
        var line = _tree.Parse(words.Split(' '));

        Assert.Empty(line.Errors);
        Assert.True(Assert.IsType<RestoreBackupCommand>(line.CommandResult.Command).RunsHere);
        Assert.Equal("-", line.GetValue<string>("--recovery-code-file"));
    }

    [Fact]
    public void Arguments_of_a_job_do_not_swallow_the_options_of_the_command()
    {
        var line = _tree.Parse(["run", "RunProfile", "--name", "Tokyo", "--json", "--max-rate=5", "--wait"]);

        Assert.True(line.GetValue(_tree.Json));
        Assert.Equal(["--name", "Tokyo", "--max-rate=5"], line.UnmatchedTokens);
    }

    [Fact]
    public void A_word_that_begins_with_an_at_sign_is_no_response_file()
    {
        var line = _tree.Parse(["search", "@example.jp"]);

        Assert.Empty(line.Errors);
    }

    [Fact]
    public void What_is_no_command_is_a_mistake()
    {
        Assert.NotEmpty(_tree.Parse(["verify-everything"]).Errors);
    }

    [Fact]
    public void Every_command_has_examples()
    {
        var commands = AllCommands.Create().Commands;

        Assert.NotEmpty(commands);
        Assert.DoesNotContain(commands, command => command.Examples.Count == 0);
    }
}
