namespace ArchiveJobs.TestKit.Servers;

/// <summary>A POP3 server with one user and three messages, until rules say otherwise.</summary>
public sealed class FakePop3Server : ScriptedServer
{
    public FakePop3Server(string greeting = "+OK ready\r\n")
        : base(greeting)
    {
        On("CAPA", "+OK\r\nUSER\r\nUIDL\r\n.\r\n");
        On("USER", "+OK\r\n");
        On("PASS", "+OK\r\n");
        On("LIST", "+OK\r\n1 20\r\n2 20\r\n3 20\r\n.\r\n");
        On("UIDL", "+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n");
        On("RETR 1", Message("one\r\n"));
        On("RETR 2", Message("two\r\n"));
        On("RETR 3", Message("three\r\n"));
        On("QUIT", "+OK bye\r\n" + Close);
    }

    /// <param name="lines">As on the wire: a dot at the start of a line is doubled already.</param>
    public static string Message(string lines) => $"+OK\r\n{lines}.\r\n";
}
