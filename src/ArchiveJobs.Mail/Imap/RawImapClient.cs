using ArchiveJobs.Mail.Net;
using MailKit;
using MailKit.Net.Imap;

namespace ArchiveJobs.Mail.Imap;

/// <summary>MailKit's client, except that a fetched body goes straight where <see cref="Bodies"/> says instead of into memory.</summary>
internal sealed class RawImapClient(LastWords words) : ImapClient(words)
{
    /// <summary>Makes the stream that takes a body of so many octets; null: MailKit's own.</summary>
    public Func<int, Stream>? Bodies { get; set; }

    protected override ImapFolder CreateImapFolder(ImapFolderConstructorArgs args) => new RawImapFolder(args, this);

    private sealed class RawImapFolder(ImapFolderConstructorArgs args, RawImapClient client) : ImapFolder(args)
    {
        protected override Stream CreateStream(UniqueId? uid, string section, int offset, int length) =>
            client.Bodies?.Invoke(length) ?? base.CreateStream(uid, section, offset, length);
    }
}
