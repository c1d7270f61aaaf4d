using ArchiveJobs.Core.Sources;
using ArchiveJobs.Notifications.Channels.Smtp;
using ArchiveJobs.TestKit.Servers;

namespace ArchiveJobs.Notifications.Tests.Kit;

internal static class Receivers
{
    /// <summary>A missing server skips the test, or fails it where servers are required.</summary>
    public static void SkipWithout() =>
        Assert.SkipWhen(SmtpReceiver.Missing is not null && Environment.GetEnvironmentVariable("ARCHIVEJOBS_REQUIRE_SERVERS") != "1", SmtpReceiver.Missing ?? "");

    public static SmtpSettings SettingsFor(SmtpReceiver receiver, ConnectionSecurity security) => new()
    {
        Host = receiver.Host,
        Port = receiver.Port,
        Security = security,
        From = "archive@example.jp",
        To = ["admin@example.jp"],
        TrustedCertificates = receiver.CertificatePem,
    };
}
