using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Scheduling.Tests;

public sealed class ArgumentTests
{
    private static readonly JobKind Kind = new TypedJobKind<WordyJob, WordyJob.Args>(WorkClass.Verify);

    [Fact]
    public void Words_of_the_command_line_become_the_arguments()
    {
        var json = Kind.ParseOptions(
        [
            new("storeId", "7"), new("mail-box", "a@example.jp"), new("level", "Full"), new("dry-run", null), new("Folders", "Inbox,Sent"), new("folders", "旧メール"),
        ]);

        Assert.Equal("""{"storeId":7,"mailBox":"a@example.jp","level":"full","dryRun":true,"folders":["Inbox","Sent","旧メール"]}""", json);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        var refused = Assert.Throws<JobArgumentsException>(() => Kind.ParseOptions([new("storeId", "seven"), new("level", "loud"), new("shop", "1")]));

        Assert.Equal(
            "Wordy: --storeId=seven is not a whole number; --level=loud is not quick|full; --shop is not known."
                .Replace("--storeId=seven", "--store-id=seven", StringComparison.Ordinal)
            + " It takes --store-id=number, [--mail-box=text], [--level=quick|full], [--dry-run=true|false], [--folders=list].",
            refused.Message);
    }

    [Fact]
    public void What_must_be_said_is_asked_for()
    {
        var refused = Assert.Throws<JobArgumentsException>(() => Kind.ParseOptions([]));

        Assert.StartsWith("Wordy: --store-id is missing.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_describes_what_it_takes()
    {
        Assert.Equal(
            [
                new JobArgument("store-id", "number", true), new("mail-box", "text", false), new("level", "quick|full", false),
                new("dry-run", "true|false", false), new("folders", "list", false),
            ],
            Kind.Arguments);
    }

    [Fact]
    public void The_same_arguments_have_one_stored_form()
    {
        Assert.Equal(Kind.Normalize("""{"storeId":7}"""), Kind.Normalize("""{ "StoreId" : 7 , "mailBox" : null }"""));
    }

    private enum Level
    {
        Quick,
        Full,
    }

    private sealed class WordyJob : IJob<WordyJob.Args>
    {
        public static string Kind => "Wordy";

        public static StoreNeed StoreNeed => StoreNeed.None;

        public Task<int?> FindStoreAsync(Args arguments, CancellationToken cancellationToken) => Task.FromResult<int?>(null);

        public Task<JobResult> RunAsync(Args arguments, RunContext context, CancellationToken cancellationToken) => throw new NotSupportedException();

        internal sealed record Args(int StoreId, string? MailBox = null, Level Level = Level.Quick, bool DryRun = false, IReadOnlyList<string>? Folders = null);
    }
}
