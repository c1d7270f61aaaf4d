using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Tests.Net;
using ArchiveJobs.TestKit.Servers;

namespace ArchiveJobs.Mail.Tests.Pop3;

public sealed class Pop3Tests : ServerTest
{
    [Fact]
    public async Task Messages_come_octet_for_octet_and_stay_on_the_server()
    {
        await using var server = await StartServerAsync();
        byte[][] messages = [Message("one"), Message("dots", ".\n..\n.a\nb.\n"), Message("last", "no line end")];
        foreach (var message in messages)
        {
            server.Deliver("anna", "INBOX", message);
        }

        for (var pass = 0; pass < 2; pass++)
        {
            await using var mailbox = await ConnectAsync(To(server) with { Kind = "pop3", Port = server.Pop3Port });
            await using var reader = await OpenFolderAsync(mailbox, "INBOX");

            var read = await ReadAllAsync(reader);

            // POP3 ends every message with CRLF.
            Assert.Equal(
                [AsSent(messages[0]), AsSent(messages[1]), AsSent(messages[2]) + "\r\n"],
                read.OrderBy(one => one.Item.Name, StringComparer.Ordinal).Select(one => one.Octets));
        }

        Assert.Equal(0, Buffers.Open);
    }

    [Fact]
    public async Task Many_messages_come_in_order_and_once()
    {
        await using var server = await StartServerAsync();
        for (var i = 0; i < 200; i++)
        {
            server.Deliver("anna", "INBOX", Message($"mail-{i:D3}", new string('y', i * 200)));
        }

        await using var mailbox = await ConnectAsync(To(server) with { Kind = "pop3", Port = server.Pop3Port });
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");

        var read = await ReadAllAsync(reader);

        Assert.Equal(200, read.Select(one => one.Item.Name).Distinct().Count());
        Assert.Equal(200, read.Select(one => one.Octets!.Split("Subject: ")[1][..8]).Distinct().Count());
    }

    [Fact]
    public async Task Without_uidl_the_mailbox_is_refused()
    {
        await using var server = new FakePop3Server();
        server.On("UIDL", "-ERR unknown command\r\n");

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => ReadInboxAsync(server));

        Assert.Equal((SituationKeys.Pop3NoUidl, ErrorClass.Configuration), (failure.Situation.Key, failure.Situation.Class));
    }

    [Fact]
    public async Task Two_messages_with_one_name_are_told_apart()
    {
        await using var server = new FakePop3Server();
        server.On("UIDL", "+OK\r\n1 a\r\n2 a\r\n3 c\r\n.\r\n");

        var read = await ReadInboxAsync(server);

        Assert.Equal([("a", "one\r\n"), ("a#2", "two\r\n"), ("c", "three\r\n")], read.Select(one => (one.Item.Name!, one.Octets!)));
    }

    [Fact]
    public async Task Stuffed_dots_are_taken_off_and_nothing_else()
    {
        await using var server = new FakePop3Server();
        server.On("RETR 1", FakePop3Server.Message("..\r\n...\r\n..a\r\nb.\r\nbare\n..lf\n\r\n"));

        var read = await ReadInboxAsync(server);

        Assert.Equal(".\r\n..\r\n.a\r\nb.\r\nbare\n.lf\n\r\n", read[0].Octets);
    }

    [Fact]
    public async Task A_refused_message_fails_and_the_others_come()
    {
        await using var server = new FakePop3Server();
        server.On("RETR 2", "-ERR broken\r\n");

        AssertOnlySecondFailed(await ReadInboxAsync(server));
    }

    [Fact]
    public async Task A_message_that_breaks_every_connection_fails_and_the_others_come()
    {
        await using var server = new FakePop3Server();
        server.On("RETR 2", "+OK\r\nbegin" + ScriptedServer.Close);

        AssertOnlySecondFailed(await ReadInboxAsync(server));
        Assert.Equal(3, server.Connections);
    }

    [Fact]
    public async Task Commands_are_sent_ahead_where_the_server_allows_it()
    {
        await using var server = new FakePop3Server();
        server.On("CAPA", "+OK\r\nUSER\r\nUIDL\r\nPIPELINING\r\n.\r\n");

        var read = await ReadInboxAsync(server);

        Assert.Equal(["one\r\n", "two\r\n", "three\r\n"], read.Select(one => one.Octets));
        Assert.DoesNotContain(server.Received, line => line.StartsWith("DELE", StringComparison.Ordinal));
        Assert.Equal("QUIT", server.Received.Last());
    }

    [Theory]
    [InlineData("-ERR [AUTH] no", SituationKeys.LoginRefused)]
    [InlineData("-ERR [IN-USE] locked by another session", SituationKeys.LoginTooMany)]
    [InlineData("-ERR [SYS/TEMP] later", SituationKeys.ServerUnavailable)]
    [InlineData("-ERR [LOGIN-DELAY] later", SituationKeys.ServerThrottled)]
    public async Task A_refused_login_says_why(string answer, string key)
    {
        await using var server = new FakePop3Server();
        server.On("PASS", answer + "\r\n");

        Assert.Equal(key, (await FailsToConnectAsync(To(server))).Situation.Key);
    }

    [Fact]
    public async Task Without_stls_no_password_is_sent()
    {
        await using var server = new FakePop3Server();
        server.On("STLS", "-ERR unknown command\r\n");

        var failure = await FailsToConnectAsync(To(server) with { Security = ConnectionSecurity.StartTls });

        Assert.Equal(SituationKeys.TlsNoStartTls, failure.Situation.Key);
        Assert.Equal(["STLS"], server.Received);
    }

    private async Task<IReadOnlyList<Read>> ReadInboxAsync(FakePop3Server server)
    {
        IReadOnlyList<Read> read;
        await using (var mailbox = await ConnectAsync(To(server)))
        {
            await using var reader = await OpenFolderAsync(mailbox, "INBOX");
            read = await ReadAllAsync(reader);
        }

        Assert.Equal(0, Buffers.Open);
        return read;
    }

    private static void AssertOnlySecondFailed(IReadOnlyList<Read> read)
    {
        Assert.Equal(["one\r\n", null, "three\r\n"], read.OrderBy(one => one.Item.Name, StringComparer.Ordinal).Select(one => one.Octets));
        Assert.Equal(SituationKeys.MessageUnreadable, read.Single(one => one.Item.Name == "b").Failure);
    }

    private static MailboxConnection To(ScriptedServer server) => new()
    {
        Kind = "pop3",
        Host = "127.0.0.1",
        Port = server.Port,
        Security = ConnectionSecurity.None,
        User = "anna",
        Password = "secret",
        Timeout = TimeSpan.FromSeconds(2),
    };
}
