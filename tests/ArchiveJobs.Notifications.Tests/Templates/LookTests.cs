using ArchiveJobs.Notifications.Templates;
using ArchiveJobs.Notifications.Tests.Kit;

namespace ArchiveJobs.Notifications.Tests.Templates;

/// <summary>Writes the samples as pages into the directory that ARCHIVEJOBS_LOOK names, to be looked at in a browser.</summary>
public sealed class LookTests
{
    [Theory]
    [InlineData("en")]
    [InlineData("ja")]
    public void Every_sample_makes_a_page(string language)
    {
        foreach (var sample in new[] { "wrong-password", "dead-server", "store-damaged", "backup-overdue", "works-again", "test", "digest" })
        {
            var html = AlertRenderer.Render(SampleAlerts.Of(sample, language), Readers.Of(language)).Html;

            Assert.DoesNotContain('\uE000', html);
            Assert.DoesNotContain("{", html[html.IndexOf("<body", StringComparison.Ordinal)..], StringComparison.Ordinal);
            if (Environment.GetEnvironmentVariable("ARCHIVEJOBS_LOOK") is { Length: > 0 } directory)
            {
                File.WriteAllText(Path.Combine(directory, $"{sample}.{language}.html"), html);
            }
        }
    }
}
