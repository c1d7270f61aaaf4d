using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Pop3;

/// <summary>POP3 servers with UIDL (RFC 1939, 2449, 2595).</summary>
internal sealed class Pop3Source(IMessageBuffers buffers) : IMailSource
{
    public string Kind => "pop3";

    public IMailboxSource Open(MailboxConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new Pop3MailboxSource(connection, buffers);
    }
}
