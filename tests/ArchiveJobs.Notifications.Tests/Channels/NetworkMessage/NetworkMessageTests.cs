using System.Text;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.NetworkMessage;
using ArchiveJobs.Notifications.Tests.Kit;

namespace ArchiveJobs.Notifications.Tests.Channels.NetworkMessage;

public sealed class NetworkMessageTests : AlertChannelContract
{
    private const int Utf8 = 65001;
    private const int Japanese = 932;
    private const int WesternEurope = 850;

    private static readonly NetworkMessageSettings Target = new() { Server = "PC-042", User = "tanaka" };
    private readonly RecordingProgram _program = new();

    public override ValueTask DisposeAsync()
    {
        _program.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_program_gets_the_server_and_the_user_as_arguments_and_the_text_on_its_input()
    {
        await Channel(_program).SendAsync(Mails.WrongPassword(), Target, CancellationToken.None);

        Assert.Equal(["/server:PC-042", "tanaka"], Assert.Single(_program.Calls));
        Assert.Equal(
            "ArchiveJobs: profile \"Sales\" stopped since Nov 24, 02:00 (UTC+9). imap.example.jp does not accept the login. Enter the current password in the profile. Run 4711",
            Encoding.ASCII.GetString(Assert.Single(_program.Inputs)));
    }

    [Fact]
    public async Task A_user_name_is_one_argument_whatever_it_contains()
    {
        await Channel(_program).SendAsync(Mails.WrongPassword(), Target with { User = "ta naka; touch $(x) & `y`" }, CancellationToken.None);

        Assert.Equal(["/server:PC-042", "ta naka; touch $(x) & `y`"], Assert.Single(_program.Calls));
    }

    [Theory]
    [InlineData("PC 042", "tanaka")]
    [InlineData("PC-042/x", "tanaka")]
    [InlineData("", "tanaka")]
    [InlineData("PC-042", "/w")]
    [InlineData("PC-042", "@c:\\users.txt")]
    [InlineData("PC-042", "ta\nnaka")]
    public async Task Names_that_the_program_would_take_for_something_else_are_refused(string server, string user)
    {
        var result = await Channel(_program).SendAsync(Mails.WrongPassword(), new NetworkMessageSettings { Server = server, User = user }, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Permanent, DeliveryReasons.SettingsInvalid), (result.Outcome, result.Reason));
        Assert.Empty(_program.Calls);
    }

    [Fact]
    public async Task Japanese_goes_out_in_the_code_page_of_the_host()
    {
        await Channel(_program, Japanese).SendAsync(Mails.WrongPassword("ja"), Target, CancellationToken.None);

        var text = CodePagesEncodingProvider.Instance.GetEncoding(Japanese)!.GetString(Assert.Single(_program.Inputs));
        Assert.StartsWith("ArchiveJobs: プロファイル「営業部」停止中（11月24日 02:00から）。", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_page_without_japanese_gets_english()
    {
        await Channel(_program, WesternEurope).SendAsync(Mails.WrongPassword("ja"), Target, CancellationToken.None);

        Assert.StartsWith("ArchiveJobs: profile 7 stopped since Nov 24", Encoding.ASCII.GetString(Assert.Single(_program.Inputs)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Control_characters_never_reach_the_program()
    {
        await Channel(_program).SendAsync(Mails.WrongPassword() with { Brief = "a\r\nb\u001b[31mc\u0007\u009b" }, Target, CancellationToken.None);

        Assert.Equal("ab[31mc", Encoding.UTF8.GetString(Assert.Single(_program.Inputs)));
    }

    [Fact]
    public async Task A_program_that_fails_is_temporary_with_its_words()
    {
        using var program = new RecordingProgram(exitCode: 1, words: "Error 5 getting session names");

        var result = await Channel(program).SendAsync(Mails.WrongPassword(), Target, CancellationToken.None);

        Assert.Equal(new DeliveryResult(DeliveryOutcome.Temporary, DeliveryReasons.ProgramFailed, "Error 5 getting session names"), result);
    }

    [Fact]
    public async Task A_program_that_hangs_is_ended()
    {
        using var program = new RecordingProgram(hangs: true);

        var result = await Channel(program).SendAsync(Mails.WrongPassword(), Target with { Timeout = TimeSpan.FromMilliseconds(300) }, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Temporary, DeliveryReasons.HostTimeout), (result.Outcome, result.Reason));
    }

    [Fact]
    public async Task Where_there_is_no_such_program_it_says_so()
    {
        var channel = new NetworkMessageChannel(new MessageProgram(null, Utf8), TimeProvider.System);

        var result = await channel.SendAsync(Mails.WrongPassword(), Target, CancellationToken.None);

        Assert.Equal((DeliveryOutcome.Permanent, DeliveryReasons.NotAvailable), (result.Outcome, result.Reason));
        Assert.Equal(
            "このホストではネットワークメッセージを利用できません（Windowsのホストが必要です）。別の通知先を選んでください。",
            DeliveryText.Of(result, Readers.Japanese.Culture));
    }

    protected override Task<(IAlertChannel Channel, ChannelSettings Settings)> StartAsync() =>
        Task.FromResult<(IAlertChannel, ChannelSettings)>((Channel(_program), Target));

    protected override ChannelSettings Unreachable(ChannelSettings settings) => (NetworkMessageSettings)settings with { Server = "no such server" };

    protected override IReadOnlyList<string> Arrived() => [.. _program.Inputs.Select(Encoding.UTF8.GetString)];

    private static NetworkMessageChannel Channel(RecordingProgram program, int codePage = Utf8) =>
        new(new MessageProgram(program.Path, codePage), TimeProvider.System);
}
