using System.Globalization;
using ArchiveJobs.Notifications.Templates;

namespace ArchiveJobs.Notifications.Channels;

/// <summary>What came of a delivery, as a sentence for people.</summary>
public static class DeliveryText
{
    /// <param name="culture">Japanese for "ja", English for every other.</param>
    public static string Of(DeliveryResult result, CultureInfo culture)
    {
        var language = culture.TwoLetterISOLanguageName == "ja" ? ".ja" : ".en";
        return AlertWords.All.Find("delivery", (result.Reason.Length == 0 ? "delivered" : result.Reason) + language) ?? result.Reason;
    }
}
