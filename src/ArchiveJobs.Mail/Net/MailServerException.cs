namespace ArchiveJobs.Mail.Net;

/// <summary>A server said no, or something that the protocol does not allow. Stays inside the room; the door shows situations.</summary>
internal sealed class MailServerException(string message, bool isLogin = false) : Exception(message)
{
    public bool IsLogin { get; } = isLogin;
}
