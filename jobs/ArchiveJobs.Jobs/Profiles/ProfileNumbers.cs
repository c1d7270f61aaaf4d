using System.Text.Json;
using ArchiveJobs.Core.Archiving;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Jobs.Profiles;

/// <summary>The result of a profile run as JSON; field names are relied on by scripts.</summary>
internal static class ProfileNumbers
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>While the run goes on: only what is durable.</summary>
    public static string Live(CommittedProgress committed) =>
        JsonSerializer.Serialize(new { durable = committed.Items, newMessages = committed.NewMessages, newBytes = committed.NewBytes }, Json);

    public static string Of(RunBalance balance, ArchiveReport? report)
    {
        var total = balance.Total;
        return JsonSerializer.Serialize(
            new
            {
                counters = Counters(total),
                newMessages = total.NewMessages,
                newBytes = total.NewBytes,
                vanished = total.Vanished,
                mailboxes = balance.Folders.GroupBy(folder => folder.Folder.Mailbox).Select(mailbox => new
                {
                    mailbox = mailbox.Key,
                    counters = Counters(mailbox.Aggregate(default(RunCounters), (sum, folder) => sum + folder.Counters)),
                    folders = mailbox.Select(folder => new { path = folder.Folder.Path, counters = Counters(folder.Counters) }),
                }),
                leftOut = report?.Mailboxes.SelectMany(mailbox => mailbox.LeftOut.Select(folder => new { mailbox = mailbox.Name, folder = folder.Key, reason = folder.Value })),
                warnings = report?.Mailboxes.SelectMany(mailbox => mailbox.Warnings).Distinct(),
            },
            Json);
    }

    private static object Counters(RunCounters counters) => new
    {
        seen = counters.Seen,
        archived = counters.Archived,
        alreadyHeld = counters.AlreadyHeld,
        filtered = counters.Filtered,
        failed = counters.Failed,
        quarantined = counters.Quarantined,
    };
}
