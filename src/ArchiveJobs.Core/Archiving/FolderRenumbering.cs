using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Core.Archiving;

/// <summary>
/// After a UIDVALIDITY change nothing is known of the new numbers (RFC 9051 section 2.3.1.1): every message is read once and hashed.
/// Equal octets take over the placement; what is left over on both sides tells whether the server renders mail anew.
/// </summary>
internal sealed class FolderRenumbering(
    ArchivePlan plan, MailboxPlan mailbox, IArchiveSession session, IWorkProgress progress, FolderWork work, uint formerUidValidity)
{
    private const int ToleratedDifferences = 100;
    private const double ToleratedShare = 0.10;

    /// <summary>Renumbers what is equal, leaves in <see cref="FolderWork.New"/> what is new, declares gone what no message matched.</summary>
    /// <returns>The warning for the run, null when nothing had to be read.</returns>
    /// <exception cref="ArchiveException">Too much differs and nobody has decided yet (SourceChanged). The equal ones are renumbered all the same.</exception>
    public async Task<Situation?> MatchAsync(IFolderReader reader, CancellationToken cancellationToken)
    {
        var former = await session.ReadFormerPlacementsAsync(work.State.Handle, cancellationToken);
        var free = former.ToDictionary(entry => entry.Key, entry => entry.Value.Clone());
        var held = former.Values.Sum(uids => uids.Count);
        var read = work.New.Count;
        progress.Log(WorkLogLevel.Warning, $"{mailbox.Name} {work.Key.Path}: UIDVALIDITY changed from {formerUidValidity} to {work.Status.UidValidity}, {read} messages are read again");

        var unknown = new List<SourceItem>();
        await foreach (var fetched in reader.ReadAsync(work.New, cancellationToken))
        {
            if (fetched.Outcome != FetchOutcome.Delivered)
            {
                unknown.Add(fetched.Item);   // Read once more with the new ones, and decided there.
                continue;
            }

            using var octets = fetched.Octets!;
            if (free.TryGetValue(octets.Id, out var uids) && !uids.IsEmpty)
            {
                var formerUid = uids.Ranges[0].First;
                uids.Remove(formerUid);
                await session.RenumberAsync(work.State.Handle, formerUid, fetched.Item, octets.Id, cancellationToken);
            }
            else
            {
                unknown.Add(fetched.Item);
            }
        }

        work.New.Clear();
        work.New.AddRange(unknown);
        await DecideDifferencesAsync(free, held, cancellationToken);
        return new Situation(SituationKeys.FolderRenumbered, ErrorClass.SourceChanged)
            .With("b", mailbox.Name).With("folder", work.Key.Path).With("n", read).With("k", read - unknown.Count).With("m", unknown.Count);
    }

    private async Task DecideDifferencesAsync(Dictionary<ContentId, UidSet> free, long held, CancellationToken cancellationToken)
    {
        var left = new UidSet();
        foreach (var uids in free.Values)
        {
            left.Add(uids);
        }

        // A message the server renders anew shows on both sides: as one that is missing and as one that is new.
        var different = Math.Min(left.Count, work.New.Count);
        if (different > ToleratedDifferences && different > held * ToleratedShare)
        {
            switch (plan.Rerendered)
            {
                case RerenderedDecision.Ask:
                    throw new ArchiveException(
                        new Situation(SituationKeys.FolderRerendered, ErrorClass.SourceChanged)
                            .With("b", mailbox.Name).With("folder", work.Key.Path).With("n", different).With("m", held),
                        $"{different} of {held} messages come with other octets than those archived.");
                case RerenderedDecision.KeepArchived:
                    await session.RecordAsync(work.State.Handle, ItemOutcome.Filtered, new UidSet(work.New.Select(item => item.Uid)), cancellationToken);
                    work.New.Clear();
                    break;
            }
        }

        if (!left.IsEmpty)
        {
            await session.DeclareGoneAsync(work.Key, formerUidValidity, left, cancellationToken);
        }
    }
}
