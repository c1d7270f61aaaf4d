using System.Globalization;
using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>Everything a text about an alert may name, in invariant form: the situation's values and what follows from the alert itself.</summary>
internal static class AlertValues
{
    public static Dictionary<string, string> Of(Alert alert)
    {
        var values = new Dictionary<string, string>(alert.Situation.Values, StringComparer.Ordinal)
        {
            ["ended"] = Invariant(alert.At),
            ["down"] = (alert.At - alert.Since).ToString("c", CultureInfo.InvariantCulture),
            ["profiles"] = Invariant(alert.Affected.Profiles),
            ["mailboxes"] = Invariant(alert.Affected.Mailboxes),
            ["reminder"] = Invariant(alert.Reminder),
        };
        values.TryAdd("since", Invariant(alert.Since));
        values.TryAdd("at", Invariant(alert.At));
        values.TryAdd("failed", "0");
        if (values.TryGetValue("mailbox", out var mailbox))
        {
            values.TryAdd("b", mailbox);
        }

        if (alert.Run is { } run)
        {
            values.TryAdd("run", Invariant(run.Id));
        }

        values["all"] = Invariant(alert.Affected.AllProfiles > 0 ? alert.Affected.AllProfiles : Number(values, "n") + Number(values, "m"));
        NameSubject(alert.Subject, values);
        return values;
    }

    /// <summary>The name under which sentences look for the thing.</summary>
    private static void NameSubject(AlertSubject subject, Dictionary<string, string> values)
    {
        var name = subject.Type switch
        {
            "profile" => "p",
            "store" => "s",
            "channel" => "channel",
            "mailbox" => "b",
            _ => "name",
        };
        values.TryAdd(name, subject.Name);
    }

    private static long Number(Dictionary<string, string> values, string name) =>
        values.TryGetValue(name, out var value) && long.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Invariant(DateTimeOffset instant) => instant.ToString("o", CultureInfo.InvariantCulture);

    private static string Invariant(long number) => number.ToString(CultureInfo.InvariantCulture);
}
