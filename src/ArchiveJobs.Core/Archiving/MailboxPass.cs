using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Core.Archiving;

/// <summary>
/// One pass over one mailbox: find out what changed, declare what has left its folder, read what is new.
/// Everything that left is declared before anything new is read, so that a message moved on the server moves its placement.
/// </summary>
internal sealed class MailboxPass(
    ArchivePlan plan, MailboxPlan mailbox, IMailboxSource source, IArchiveSession session, Pace pace, ArchiveTally tally, IWorkProgress progress)
{
    private const int MaxNotices = 1000;

    private readonly List<FolderReport> _folders = [];
    private readonly List<KeyValuePair<string, string>> _leftOut = [];
    private readonly List<Situation> _notices = [];
    private IReadOnlyList<string> _warnings = [];

    public MailboxReport Report(ArchiveException? failure) =>
        new(mailbox.Name, mailbox.Mailbox, tally.Ended(), _folders, _leftOut, _warnings, _notices, failure);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _warnings = await source.ConnectAsync(cancellationToken);
        var all = await source.ListFoldersAsync(cancellationToken);
        var chosen = all.Where(folder => folder.Selectable && IsChosen(folder)).ToList();
        var known = await session.ListKnownFoldersAsync(source.Account, mailbox.Mailbox, cancellationToken);
        await DeclareVanishedFoldersAsync(all, known, cancellationToken);
        tally.Started(chosen.Sum(folder => Math.Max(0, folder.Status?.Messages ?? 0)));

        if (known.Count == 0)
        {
            // Nothing can have moved in a mailbox seen for the first time: each folder is listed and read in one visit.
            foreach (var folder in chosen)
            {
                await VisitAsync(folder, cancellationToken);
            }

            return;
        }

        var changed = await FindChangesAsync(chosen, cancellationToken);
        foreach (var folder in changed)
        {
            await ReadChangesAsync(folder, cancellationToken);
        }

        await session.CommitGoneAsync(source.Account, mailbox.Mailbox, cancellationToken);
    }

    /// <summary>Keeps the first thousand: a folder in which every message fails must not fill the memory.</summary>
    private void Notice(Situation situation)
    {
        if (_notices.Count < MaxNotices)
        {
            _notices.Add(situation);
        }
    }

    private bool IsChosen(SourceFolder folder)
    {
        if (mailbox.Selection.WhyLeftOut(folder) is not { } reason)
        {
            return true;
        }

        _leftOut.Add(new(folder.Path, reason));
        return false;
    }

    private FolderKey KeyOf(string path) =>
        new(source.Account, mailbox.Mailbox, mailbox.FolderRoot.Length == 0 ? path : mailbox.FolderRoot + "/" + path);

    private async Task DeclareVanishedFoldersAsync(IReadOnlyList<SourceFolder> all, IReadOnlyList<KnownFolder> known, CancellationToken cancellationToken)
    {
        var present = all.Select(folder => KeyOf(folder.Path).Path).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in known.Where(folder => !present.Contains(folder.Path)))
        {
            await session.DeclareGoneAsync(new FolderKey(source.Account, mailbox.Mailbox, folder.Path), folder.UidValidity, folder.Placed, cancellationToken);
            _notices.Add(new Situation(SituationKeys.FolderVanished, ErrorClass.SourceChanged).With("folder", folder.Path).With("b", mailbox.Name).With("n", folder.Placed.Count));
        }
    }

    private async Task VisitAsync(SourceFolder folder, CancellationToken cancellationToken)
    {
        await using var reader = await source.OpenFolderAsync(folder, cancellationToken);
        var work = await OpenAsync(folder, reader.Status, cancellationToken);
        await ListAsync(work, reader, cancellationToken);
        await ReadAsync(work, reader, cancellationToken);
        await CloseAsync(work, cancellationToken);
    }

    private async Task<List<FolderWork>> FindChangesAsync(List<SourceFolder> folders, CancellationToken cancellationToken)
    {
        var silent = folders.Where(folder => folder.Status is null).ToList();
        var statuses = silent.Count == 0 ? [] : await source.ReadStatusAsync(silent, cancellationToken);
        var asked = silent.Zip(statuses).ToDictionary(pair => pair.First, pair => pair.Second);

        var changed = new List<FolderWork>();
        foreach (var folder in folders)
        {
            if ((folder.Status ?? asked[folder]) is not { } status)
            {
                continue;   // Vanished between the list and the question; the next run sees it gone.
            }

            var work = await OpenAsync(folder, status, cancellationToken);
            if (IsUnchanged(work.State, status))
            {
                await CountUnchangedAsync(work, cancellationToken);
                continue;
            }

            await using var reader = await source.OpenFolderAsync(folder, cancellationToken);
            if (reader.Status.UidValidity != status.UidValidity)
            {
                work = await OpenAsync(folder, reader.Status, cancellationToken);
            }

            work.Status = reader.Status;
            await ListAsync(work, reader, cancellationToken);
            changed.Add(work);
        }

        return changed;
    }

    /// <summary>The same UIDVALIDITY, UIDNEXT and number of messages mean the same messages: UIDs never come back (RFC 9051 section 2.3.1.1).</summary>
    private static bool IsUnchanged(FolderState state, FolderStatus status) =>
        state.FormerUidValidity is null
        && state.LastPass is { } last
        && status.UidNext != 0 && status.Messages >= 0
        && last.Status == status
        && last.Present.Except(state.Done).IsEmpty;

    private async Task CountUnchangedAsync(FolderWork work, CancellationToken cancellationToken)
    {
        work.Present = work.State.LastPass!.Present;
        await CountHeldAsync(work, work.Present, cancellationToken);
        Account(work);
    }

    private async Task ReadChangesAsync(FolderWork work, CancellationToken cancellationToken)
    {
        if (work.New.Count > 0 || work.State.FormerUidValidity is not null)
        {
            await using var reader = await source.OpenFolderAsync(work.Folder, cancellationToken);
            if (reader.Status.UidValidity != work.Status.UidValidity)
            {
                throw new ArchiveException(
                    new Situation(SituationKeys.ServerDropped, ErrorClass.TransientNetwork).With("b", mailbox.Name).With("folder", work.Key.Path),
                    "The server renumbered a folder while it was being read. The next try reads it again.");
            }

            await ReadAsync(work, reader, cancellationToken);
        }

        await CloseAsync(work, cancellationToken);
    }

    private async Task<FolderWork> OpenAsync(SourceFolder folder, FolderStatus status, CancellationToken cancellationToken)
    {
        var key = KeyOf(folder.Path);
        var state = await session.OpenFolderAsync(key, status.UidValidity, cancellationToken);
        return new FolderWork(folder, key, state, status);
    }

    /// <summary>Lists the folder; counts what is done already, declares what has left, keeps what is new.</summary>
    private async Task ListAsync(FolderWork work, IFolderReader reader, CancellationToken cancellationToken)
    {
        var items = await reader.ListAsync(work.State.Done, cancellationToken);
        items = await NumberNamedItemsAsync(work, items, cancellationToken);
        foreach (var item in items)
        {
            work.Present.Add(item.Uid);
            if (!work.State.Done.Contains(item.Uid) && !work.State.DecidedInRun.Contains(item.Uid))
            {
                work.New.Add(item);
            }
        }

        await CountHeldAsync(work, work.Present.Intersect(work.State.Done), cancellationToken);
        var gone = work.State.Placed.Except(work.Present);
        if (!gone.IsEmpty)
        {
            await session.DeclareGoneAsync(work.Key, work.Status.UidValidity, gone, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<SourceItem>> NumberNamedItemsAsync(FolderWork work, IReadOnlyList<SourceItem> items, CancellationToken cancellationToken)
    {
        if (items.Count == 0 || items[0].Name is null)
        {
            return items;
        }

        var next = work.State.MaxNumber;
        var fresh = new List<KeyValuePair<uint, string>>();
        var numbered = new List<SourceItem>(items.Count);
        foreach (var item in items)
        {
            if (!work.State.Numbers.TryGetValue(item.Name!, out var number))
            {
                number = ++next;
                fresh.Add(new(number, item.Name!));
            }

            numbered.Add(item with { Uid = number });
        }

        if (fresh.Count > 0)
        {
            await session.NameItemsAsync(work.State.Handle, fresh, cancellationToken);
        }

        return numbered;
    }

    /// <summary>What was decided for good before: held, or deleted in the archive since.</summary>
    private async Task CountHeldAsync(FolderWork work, UidSet held, CancellationToken cancellationToken)
    {
        var uncounted = held.Except(work.State.DecidedInRun);
        var deleted = work.State.Deleted is { } gone ? uncounted.Intersect(gone) : new UidSet();
        await RecordAsync(work, ItemOutcome.AlreadyHeld, uncounted.Except(deleted), cancellationToken);
        await RecordAsync(work, ItemOutcome.Filtered, deleted, cancellationToken);
        tally.Decided(held.Count);
    }

    private async Task RecordAsync(FolderWork work, ItemOutcome outcome, UidSet uids, CancellationToken cancellationToken)
    {
        if (!uids.IsEmpty)
        {
            await session.RecordAsync(work.State.Handle, outcome, uids, cancellationToken);
        }
    }

    private async Task ReadAsync(FolderWork work, IFolderReader reader, CancellationToken cancellationToken)
    {
        if (work.State.FormerUidValidity is { } former)
        {
            var renumbering = new FolderRenumbering(plan, mailbox, session, progress, work, former);
            if (await renumbering.MatchAsync(reader, cancellationToken) is { } notice)
            {
                _notices.Add(notice);
            }
        }

        await foreach (var fetched in reader.ReadAsync(work.New, cancellationToken))
        {
            await DecideAsync(work, fetched, cancellationToken);
            await pace.WaitAsync(cancellationToken);
        }
    }

    private async Task DecideAsync(FolderWork work, FetchedItem fetched, CancellationToken cancellationToken)
    {
        switch (fetched.Outcome)
        {
            case FetchOutcome.Delivered:
                var bytes = fetched.Octets!.Length;
                await session.ArchiveAsync(work.State.Handle, fetched.Item, fetched.Octets, cancellationToken);
                tally.Decided(1, bytes);
                break;
            case FetchOutcome.Vanished:
                await session.RecordVanishedAsync(work.State.Handle, new UidSet([fetched.Item.Uid]), cancellationToken);
                work.Vanished.Add(fetched.Item.Uid);
                break;
            default:
                await session.RecordAsync(work.State.Handle, ItemOutcome.Failed, new UidSet([fetched.Item.Uid]), cancellationToken);
                Notice(fetched.Failure!.With("b", mailbox.Name).With("folder", work.Key.Path).With("uid", fetched.Item.Uid));
                progress.Log(WorkLogLevel.Error, $"{mailbox.Name} {work.Key.Path} UID {fetched.Item.Uid}: {fetched.Failure.Key}");
                tally.Decided(1);
                break;
        }
    }

    private async Task CloseAsync(FolderWork work, CancellationToken cancellationToken)
    {
        await session.RecordPassAsync(work.State.Handle, work.Status, work.Present.Except(work.Vanished), cancellationToken);
        Account(work);
    }

    /// <summary>What must have been decided here by the end: everything listed now or decided by an earlier attempt, less what vanished.</summary>
    private void Account(FolderWork work)
    {
        var decided = work.Present.Clone();
        decided.Add(work.State.DecidedInRun);
        _folders.Add(new FolderReport(work.Key, decided.Except(work.Vanished).Count));
    }
}
