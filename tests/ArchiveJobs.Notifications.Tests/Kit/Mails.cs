using ArchiveJobs.Notifications.Alerts;
using ArchiveJobs.Notifications.Templates;

namespace ArchiveJobs.Notifications.Tests.Kit;

internal static class Mails
{
    public static RenderedAlert WrongPassword(string language = "en") =>
        AlertRenderer.Render(SampleAlerts.WrongPassword(language), Readers.Of(language));
}
