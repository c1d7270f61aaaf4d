using System.Collections.Concurrent;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Core.Archiving;

/// <summary>
/// The main path: reads every mailbox of a plan and hands what is not archived yet to the store's writer.
/// </summary>
/// <remarks>
/// <code>
/// read octets -> SHA-256 -> held? -> split -> check -> append -> commit -> fsync: archived
///  (source)      (buffer)    \______________ the store's writer, behind the session _____/
/// </code>
/// A message is handed over once and forgotten: whether it was archived is read from the store afterwards, never from here.
/// </remarks>
public sealed class MessageArchiver(TimeProvider time)
{
    /// <summary>Reads all mailboxes. One that fails does not stop the others; a store that fails stops all.</summary>
    /// <exception cref="ArchiveException">The store or the lease failed. What was committed stays; the rest is found again by the next attempt.</exception>
    public async Task<ArchiveReport> ArchiveAsync(ArchivePlan plan, IArchiveSession session, IWorkProgress progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var pace = new Pace(plan.MaxRate, time);
        var tally = new ArchiveTally(plan.Mailboxes.Count, progress);
        var reports = new ConcurrentDictionary<int, MailboxReport>();

        await Parallel.ForEachAsync(
            plan.Mailboxes.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = plan.Connections, CancellationToken = cancellationToken },
            async (mailbox, token) => reports[mailbox.Index] = await ArchiveMailboxAsync(plan, mailbox.Item, session, pace, tally, progress, token));

        await session.FlushAsync(cancellationToken);
        return new ArchiveReport([.. reports.OrderBy(report => report.Key).Select(report => report.Value)]);
    }

    private static async Task<MailboxReport> ArchiveMailboxAsync(
        ArchivePlan plan, MailboxPlan mailbox, IArchiveSession session, Pace pace, ArchiveTally tally, IWorkProgress progress, CancellationToken cancellationToken)
    {
        await using var source = mailbox.Open();
        var pass = new MailboxPass(plan, mailbox, source, session, pace, tally, progress);
        try
        {
            await pass.RunAsync(cancellationToken);
            return pass.Report(null);
        }
        catch (ArchiveException e) when (StopsOneMailboxOnly(e.Situation.Class))
        {
            tally.Started();
            return pass.Report(e);
        }
    }

    private static bool StopsOneMailboxOnly(ErrorClass errorClass) => errorClass is
        ErrorClass.TransientNetwork or ErrorClass.Throttled or ErrorClass.Authentication or ErrorClass.Configuration or ErrorClass.SourceChanged;
}
