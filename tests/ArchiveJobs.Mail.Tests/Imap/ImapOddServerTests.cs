using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Tests.Net;
using ArchiveJobs.TestKit.Servers;

namespace ArchiveJobs.Mail.Tests.Imap;

public sealed class ImapOddServerTests : ServerTest
{
    private static readonly string[] AllThree = [FakeImapServer.Content(1), FakeImapServer.Content(2), FakeImapServer.Content(3)];

    [Fact]
    public async Task A_body_of_nil_fails_and_the_others_come()
    {
        await using var server = new FakeImapServer();
        server.On("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[] NIL)\r\n{tag} OK done\r\n");
        server.On("UID FETCH 1:3", FakeImapServer.Body(1, FakeImapServer.Content(1)) + "* 2 FETCH (UID 2 BODY[] NIL)\r\n"
            + FakeImapServer.Body(3, FakeImapServer.Content(3)) + "{tag} OK done\r\n");

        var read = await ReadInboxAsync(server);

        AssertOnlySecondFailed(read);
    }

    [Fact]
    public async Task A_message_refused_with_no_fails_and_the_others_come()
    {
        await using var server = new FakeImapServer();
        server.On("UID FETCH 2 ", "{tag} NO [SERVERBUG] Internal error occurred. Refer to server log for more information.\r\n");
        server.On("UID FETCH 3 ", FakeImapServer.Body(3, FakeImapServer.Content(3)) + "{tag} OK done\r\n");
        server.On("UID FETCH 1:3", FakeImapServer.Body(1, FakeImapServer.Content(1)) + "{tag} NO some could not be read\r\n");

        var read = await ReadInboxAsync(server);

        AssertOnlySecondFailed(read);
    }

    [Fact]
    public async Task A_literal_announced_too_long_never_takes_the_protocol_into_the_message()
    {
        await using var server = new FakeImapServer();
        var tooLong = FakeImapServer.Body(2, FakeImapServer.Content(2), FakeImapServer.Content(2).Length + 10);
        server.On("UID FETCH 2 ", tooLong + "{tag} OK done and some more words\r\n");
        server.On("UID FETCH 3 ", FakeImapServer.Body(3, FakeImapServer.Content(3)) + "{tag} OK done\r\n");
        server.On("UID FETCH 1:3", FakeImapServer.Body(1, FakeImapServer.Content(1)) + tooLong
            + FakeImapServer.Body(3, FakeImapServer.Content(3)) + "{tag} OK done\r\n");

        var read = await ReadInboxAsync(server);

        AssertOnlySecondFailed(read);
    }

    [Fact]
    public async Task A_message_that_breaks_every_connection_fails_and_the_others_come()
    {
        await using var server = new FakeImapServer();
        server.On("UID FETCH 2 ", "* BYE Internal error occurred. Refer to server log.\r\n" + ScriptedServer.Close);
        server.On("UID FETCH 3 ", FakeImapServer.Body(3, FakeImapServer.Content(3)) + "{tag} OK done\r\n");
        server.On("UID FETCH 1:3", FakeImapServer.Body(1, FakeImapServer.Content(1)) + "* 2 FETCH (UID 2 BODY[] {500}\r\nSubj" + ScriptedServer.Close);
        server.On("UID FETCH 2:3", "* BYE Cached message size smaller than expected\r\n" + ScriptedServer.Close);

        var read = await ReadInboxAsync(server);

        AssertOnlySecondFailed(read);
        Assert.Equal(3, server.Connections);
    }

    [Fact]
    public async Task A_message_without_an_answer_that_is_not_found_any_more_has_vanished()
    {
        await using var server = new FakeImapServer();
        server.On("UID SEARCH", "* SEARCH 1 3\r\n{tag} OK done\r\n");
        server.On("UID FETCH 1:3", FakeImapServer.Body(1, FakeImapServer.Content(1)) + FakeImapServer.Body(3, FakeImapServer.Content(3)) + "{tag} OK done\r\n");

        var read = await ReadInboxAsync(server);

        Assert.Equal([(1u, FetchOutcome.Delivered), (2u, FetchOutcome.Vanished), (3u, FetchOutcome.Delivered)],
            read.Select(one => (one.Item.Uid, one.Outcome)).Order());
    }

    [Fact]
    public async Task A_folder_renumbered_during_a_break_is_not_read_on()
    {
        await using var server = new FakeImapServer();
        server.On("EXAMINE", "* 3 EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 8] ok\r\n* OK [UIDNEXT 4] ok\r\n{tag} OK [READ-ONLY] done\r\n");
        server.On("EXAMINE", "* 3 EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n{tag} OK [READ-ONLY] done\r\n", times: 1);
        server.On("UID FETCH 1:3", "* BYE\r\n" + ScriptedServer.Close);

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => ReadInboxAsync(server));

        Assert.Equal((SituationKeys.FolderRenumbered, ErrorClass.SourceChanged), (failure.Situation.Key, failure.Situation.Class));
    }

    [Fact]
    public async Task A_server_that_asks_for_a_pause_in_the_middle_is_obeyed()
    {
        await using var server = new FakeImapServer();
        server.On("UID FETCH 1:3", "{tag} NO Request is throttled. Suggested Backoff Time: 99843 milliseconds\r\n");

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => ReadInboxAsync(server));

        Assert.Equal((SituationKeys.ServerThrottled, ErrorClass.Throttled), (failure.Situation.Key, failure.Situation.Class));
        Assert.Equal("100", failure.Situation.Values["retryAfterSeconds"]);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_server_that_lists_fewer_messages_than_there_are_is_a_failure()
    {
        await using var server = new FakeImapServer();
        server.On("FETCH 1:* (", FakeImapServer.Summaries(1, 2) + "{tag} OK done\r\n");

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => ReadInboxAsync(server));

        Assert.Equal(("2", "3"), (failure.Situation.Values["listed"], failure.Situation.Values["exists"]));
    }

    [Fact]
    public async Task A_silent_server_is_given_up_after_the_timeout()
    {
        await using var server = new FakeImapServer("");

        var failure = await FailsToConnectAsync(To(server) with { Timeout = TimeSpan.FromMilliseconds(200) });

        Assert.Equal(SituationKeys.HostTimeout, failure.Situation.Key);
    }

    [Fact]
    public async Task Without_starttls_no_password_is_sent()
    {
        await using var server = new FakeImapServer();

        var failure = await FailsToConnectAsync(To(server) with { Security = ConnectionSecurity.StartTls });

        Assert.Equal((SituationKeys.TlsNoStartTls, ErrorClass.Configuration), (failure.Situation.Key, failure.Situation.Class));
        Assert.DoesNotContain(server.Received, line => line.Contains("LOGIN", StringComparison.Ordinal) || line.Contains("AUTHENTICATE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_login_is_tried_once_only()
    {
        await using var server = new FakeImapServer("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5 SASL-IR] ready\r\n");
        server.On("AUTHENTICATE", "{tag} NO [AUTHENTICATIONFAILED] no\r\n");

        await FailsToConnectAsync(To(server));

        Assert.Single(server.Received, line => line.Contains("AUTHENTICATE", StringComparison.Ordinal) || line.Contains("LOGIN", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("NO [AUTHENTICATIONFAILED] Authentication failed.", SituationKeys.LoginRefused, ErrorClass.Authentication)]
    [InlineData("NO [EXPIRED] Password expired", SituationKeys.LoginRefused, ErrorClass.Authentication)]
    [InlineData("NO wrong", SituationKeys.LoginRefused, ErrorClass.Authentication)]
    [InlineData("NO [CONTACTADMIN] see the administrator", SituationKeys.LoginLocked, ErrorClass.Authentication)]
    [InlineData("NO Your account is locked", SituationKeys.LoginLocked, ErrorClass.Authentication)]
    [InlineData("NO [LIMIT] no more", SituationKeys.LoginTooMany, ErrorClass.Throttled)]
    [InlineData("NO [INUSE] busy", SituationKeys.LoginTooMany, ErrorClass.Throttled)]
    [InlineData("NO Maximum number of connections from user+IP exceeded", SituationKeys.LoginTooMany, ErrorClass.Throttled)]
    [InlineData("NO [ALERT] Too many simultaneous connections. (Failure)", SituationKeys.LoginTooMany, ErrorClass.Throttled)]
    [InlineData("NO [THROTTLED] slower", SituationKeys.ServerThrottled, ErrorClass.Throttled)]
    [InlineData("NO [UNAVAILABLE] Temporary authentication failure.", SituationKeys.ServerUnavailable, ErrorClass.TransientNetwork)]
    [InlineData("NO Service temporarily unavailable", SituationKeys.ServerUnavailable, ErrorClass.TransientNetwork)]
    public async Task A_refused_login_says_why(string answer, string key, ErrorClass expected)
    {
        await using var server = new FakeImapServer();
        server.On("AUTHENTICATE", $"{{tag}} {answer}\r\n");

        var failure = await FailsToConnectAsync(To(server));

        Assert.Equal((key, expected), (failure.Situation.Key, failure.Situation.Class));
        Assert.Equal(answer, failure.Situation.ServerWords);
    }

    [Fact]
    public async Task A_greeting_of_bye_is_an_unavailable_or_throttling_server()
    {
        await using var server = new FakeImapServer("* BYE Service temporarily unavailable\r\n" + ScriptedServer.Close);

        var failure = await FailsToConnectAsync(To(server));

        Assert.Equal(SituationKeys.ServerUnavailable, failure.Situation.Key);
    }

    private async Task<IReadOnlyList<Read>> ReadInboxAsync(FakeImapServer server)
    {
        await using var mailbox = await ConnectAsync(To(server));
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");
        var read = await ReadAllAsync(reader);
        Assert.Equal(0, Buffers.Open);
        return read;
    }

    private static void AssertOnlySecondFailed(IReadOnlyList<Read> read)
    {
        Assert.Equal([1u, 2u, 3u], read.Select(one => one.Item.Uid).Order());
        Assert.Equal([AllThree[0], AllThree[2]], read.Where(one => one.Outcome == FetchOutcome.Delivered).Select(one => one.Octets).Order());
        Assert.Equal(SituationKeys.MessageUnreadable, read.Single(one => one.Item.Uid == 2).Failure);
    }

    private static MailboxConnection To(ScriptedServer server) => new()
    {
        Kind = "imap",
        Host = "127.0.0.1",
        Port = server.Port,
        Security = ConnectionSecurity.None,
        User = "anna",
        Password = "secret",
        Timeout = TimeSpan.FromSeconds(2),
    };
}
