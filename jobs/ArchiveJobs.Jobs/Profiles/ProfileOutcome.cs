using ArchiveJobs.Core.Archiving;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Jobs.Profiles;

/// <summary>Decides how a run of a profile ended, from what was found and what the store counted.</summary>
internal static class ProfileOutcome
{
    /// <summary>
    /// The failure that stops the whole run, null when the run came to its end. A server that still answered for a later mailbox is not down:
    /// then the failed mailbox is an error of its own and the others stay archived.
    /// </summary>
    public static Core.ArchiveException? FindStop(ArchiveReport report)
    {
        var failed = report.Mailboxes.Where(mailbox => mailbox.Failure is not null).OrderByDescending(mailbox => mailbox.Ended).ToList();
        if (failed.Count == 0)
        {
            return null;
        }

        if (failed.FirstOrDefault(mailbox => mailbox.Failure!.Situation.Key == SituationKeys.FolderRerendered) is { } rerendered)
        {
            return rerendered.Failure;
        }

        var lastGood = report.Mailboxes.Where(mailbox => mailbox.Failure is null).Select(mailbox => mailbox.Ended).DefaultIfEmpty(0).Max();
        var latest = failed[0];
        var isTransient = latest.Failure!.Situation.Class is ErrorClass.TransientNetwork or ErrorClass.Throttled;
        return lastGood == 0 || (isTransient && latest.Ended > lastGood) ? latest.Failure : null;
    }

    public static JobResult Conclude(ArchiveReport report, IReadOnlyList<HeldMailbox> held, RunBalance balance, string resultJson)
    {
        var notices = new List<Situation>();
        var errors = 0;
        if (FindImbalance(report, balance) is { } imbalance)
        {
            notices.Add(imbalance);
            errors++;
        }

        foreach (var mailbox in report.Mailboxes.Where(mailbox => mailbox.Failure is not null))
        {
            notices.Add(mailbox.Failure!.Situation);
            errors++;
        }

        notices.AddRange(held.Select(mailbox => mailbox.Situation));
        errors += held.Count;
        var all = report.Mailboxes.SelectMany(mailbox => mailbox.Notices).ToList();
        notices.AddRange(all.Where(notice => notice.Class == ErrorClass.Item));
        notices.AddRange(all.Where(notice => notice.Class != ErrorClass.Item));
        if (errors > 0 || balance.Total.Failed + balance.Total.Quarantined > 0)
        {
            return new JobResult(JobOutcome.CompletedWithErrors, resultJson, notices);
        }

        return new JobResult(notices.Count > 0 ? JobOutcome.CompletedWithWarnings : JobOutcome.Succeeded, resultJson, notices);
    }

    /// <summary>Compares, folder by folder, what the sources listed with what the commits counted.</summary>
    private static Situation? FindImbalance(ArchiveReport report, RunBalance balance)
    {
        var counted = balance.Folders.GroupBy(folder => folder.Folder).ToDictionary(group => group.Key, group => group.Sum(folder => folder.Counters.Seen));
        var listed = report.Mailboxes.SelectMany(mailbox => mailbox.Folders).ToList();
        var wrong = listed.Where(folder => folder.Seen != counted.GetValueOrDefault(folder.Folder)).ToList();
        return wrong.Count == 0
            ? null
            : new Situation(SituationKeys.RunUnbalanced, ErrorClass.Unknown)
                .With("n", listed.Sum(folder => folder.Seen)).With("m", listed.Sum(folder => counted.GetValueOrDefault(folder.Folder)))
                .With("folder", wrong[0].Folder.Path);
    }
}
