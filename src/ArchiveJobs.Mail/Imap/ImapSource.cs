using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Imap;

/// <summary>IMAP4rev1 and IMAP4rev2 servers.</summary>
internal sealed class ImapSource(IMessageBuffers buffers) : IMailSource
{
    public string Kind => "imap";

    public IMailboxSource Open(MailboxConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new ImapMailboxSource(connection, buffers);
    }
}
