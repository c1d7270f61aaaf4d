using System.Text.RegularExpressions;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Templates;

namespace ArchiveJobs.Notifications.Tests.Templates;

public sealed partial class WordsTests
{
    // Situations that make no alert (marked ° in the table of situations).
    private static readonly string[] Silent =
    [
        SituationKeys.ServerThrottled, SituationKeys.CsvColumns, SituationKeys.CsvPasswordEmpty, SituationKeys.CsvEncoding, SituationKeys.CsvDuplicate,
        SituationKeys.StoreBusy, SituationKeys.CatalogBehind, SituationKeys.RestoreCodeWrong, SituationKeys.RestoreDatabaseUsed, SituationKeys.RunInterrupted, SituationKeys.RunCanceled,
        SituationKeys.ScheduleOverlap, SituationKeys.ScheduleCircuit, SituationKeys.DatabaseNewer, SituationKeys.HostSecondSqlite,
        SituationKeys.DatabaseSettings, SituationKeys.HostSecond, SituationKeys.HostClock, SituationKeys.HostStranger, SituationKeys.StoreElsewhere,
        SituationKeys.RunLeaseLost, SituationKeys.QueryUnreadable, SituationKeys.CertificateUnreadable, SituationKeys.CertificatePasswordWrong,
        SituationKeys.CertificateNoKey, SituationKeys.CertificateKeyDiffers, SituationKeys.CertificateExpired, SituationKeys.CertificateNotYet,
        SituationKeys.CertificateWeak, SituationKeys.CertificatePurpose, SituationKeys.PathRootRelative,
        SituationKeys.ApiTokenMissing, SituationKeys.ApiTokenRefused, SituationKeys.ApiTooMany, SituationKeys.ApiScope, SituationKeys.ApiNoMail,
        SituationKeys.ApiMissing, SituationKeys.ApiRefused, SituationKeys.ApiUnexpected,
    ];

    [Fact]
    public void Every_text_stands_in_both_languages()
    {
        foreach (var (section, texts) in AlertWords.All.Sections)
        {
            foreach (var name in texts.Keys.Where(name => name.EndsWith(".en", StringComparison.Ordinal) && name != "by-id.en"))
            {
                Assert.True(texts.ContainsKey(name[..^3] + ".ja"), $"[{section}] {name} has no Japanese.");
            }
        }
    }

    [Fact]
    public void Every_situation_that_makes_an_alert_has_its_cause_and_its_deed()
    {
        var keys = typeof(SituationKeys).GetFields().Select(field => (string)field.GetRawConstantValue()!).Except(Silent);

        Assert.All(keys, key =>
        {
            Assert.NotNull(AlertWords.All.Find(key, "cause.en"));
            Assert.NotNull(AlertWords.All.Find(key, "act.ja"));
        });
    }

    [Fact]
    public void Every_reason_of_a_failed_delivery_has_a_sentence()
    {
        var reasons = typeof(DeliveryReasons).GetFields().Select(field => (string)field.GetRawConstantValue()!);

        Assert.All(reasons, reason => Assert.NotNull(AlertWords.All.Find("delivery", reason + ".ja")));
    }

    [Fact]
    public void Every_place_has_a_format_that_exists()
    {
        var formats = new[] { "", "text", "name", "list", "label", "count", "size", "volume", "span", "when", "on", "date", "day", "month-day", "noted", "short", "inline", "clock" };

        foreach (var (section, texts) in AlertWords.All.Sections)
        {
            foreach (var place in texts.Values.SelectMany(text => Place().Matches(text)))
            {
                Assert.True(formats.Contains(place.Groups[1].Value), $"[{section}] {place.Value}");
            }
        }
    }

    [GeneratedRegex(@"\{[A-Za-z]*:?([a-z-]*)\}")]
    private static partial Regex Place();
}
