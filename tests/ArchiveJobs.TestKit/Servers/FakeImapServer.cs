namespace ArchiveJobs.TestKit.Servers;

/// <summary>An IMAP server that knows one user, one INBOX and three messages, until rules say otherwise; for answers that no real server gives on demand.</summary>
public sealed class FakeImapServer : ScriptedServer
{
    public FakeImapServer(string greeting = "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready\r\n")
        : base(greeting)
    {
        On("CAPABILITY", "* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR\r\n{tag} OK done\r\n");
        On("AUTHENTICATE", "{tag} OK [CAPABILITY IMAP4rev1] logged in\r\n");
        On("NAMESPACE", "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n{tag} OK done\r\n");
        On("LIST \"\" \"\"", "* LIST (\\Noselect) \"/\" \"\"\r\n{tag} OK done\r\n");
        On("LIST \"\" \"*\"", "* LIST () \"/\" INBOX\r\n{tag} OK done\r\n");
        On("LIST \"\" \"INBOX\"", "* LIST () \"/\" INBOX\r\n{tag} OK done\r\n");
        On("LIST \"\" INBOX", "* LIST () \"/\" INBOX\r\n{tag} OK done\r\n");
        On("STATUS", "* STATUS INBOX (UIDVALIDITY 7 UIDNEXT 4 MESSAGES 3)\r\n{tag} OK done\r\n");
        On("EXAMINE", "* 3 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n{tag} OK [READ-ONLY] done\r\n");
        On("FETCH 1:* (", Summaries(1, 2, 3) + "{tag} OK done\r\n");
        On("UID FETCH", string.Concat(Enumerable.Range(1, 3).Select(uid => Body(uid, Content(uid)))) + "{tag} OK done\r\n");
        On("UID SEARCH", "* SEARCH 1 2 3\r\n{tag} OK done\r\n");
        On("NOOP", "{tag} OK done\r\n");
        On("LOGOUT", "* BYE bye\r\n{tag} OK done\r\n" + Close);
    }

    /// <summary>The octets of message <paramref name="uid"/>.</summary>
    public static string Content(int uid) => $"Subject: {uid}\r\n\r\nbody {uid}\r\n";

    /// <summary>A FETCH response with a body.</summary>
    /// <param name="announced">Octets that the literal claims; null: as many as there are.</param>
    public static string Body(int uid, string content, int? announced = null) =>
        $"* {uid} FETCH (UID {uid} BODY[] {{{announced ?? content.Length}}}\r\n{content})\r\n";

    public static string Summaries(params int[] uids) => string.Concat(uids.Select(uid =>
        $"* {uid} FETCH (UID {uid} FLAGS (\\Seen) INTERNALDATE \"01-Jan-2024 00:00:00 +0000\" RFC822.SIZE {Content(uid).Length})\r\n"));
}
