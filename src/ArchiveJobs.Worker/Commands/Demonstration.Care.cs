using System.Text.Json.Nodes;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Steps of the demo that take care of what is archived: deletion, compaction, backup.</summary>
internal sealed partial class Demonstration
{
    /// <summary>Finds one message, whose drawing no other has: compaction has something to give back.</summary>
    private const string Unwanted = "corrections";

    private const string UnwantedIn = "Sample Maildir";
    private const string Reason = "the sender asked for it";

    /// <summary>Shows that a deleted message is gone, and that it stays so although its mailbox still has it.</summary>
    private async Task<bool> DeleteAsync(IArchiveStore store, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var found = await ListFoundAsync(store, Unwanted, cancellationToken);
        if (found is not [var wanted])
        {
            context.Output.Error($"\"{Unwanted}\" should find one message of the samples and finds {found.Count}.");
            return false;
        }

        await MessageDeleteCommand.DeleteAsync(context.Get<IAuditTrail>(), store, [wanted.Id], new DeletionOrder(Environment.UserName, Reason), cancellationToken);
        var again = await RunJobAsync("RunProfile", [new("name", UnwantedIn)], cancellationToken);
        var filtered = again.Numbers?["counters"] is JsonObject counters ? BalanceTable.Count(counters, "filtered") : 0;
        var left = await ListFoundAsync(store, Unwanted, cancellationToken);
        if (!again.State.IsGood() || filtered != 1 || left.Count > 0)
        {
            context.Output.Error($"The message was deleted; it is found {left.Count} times, and run {again.Id} left {filtered} messages out. It should be none and one.");
            return false;
        }

        ShowStep("delete", $"\"{wanted.Envelope.Subject}\" ({Reason}): found no more, not archived again", started);
        return true;
    }

    private async Task<IReadOnlyList<MessageSummary>> ListFoundAsync(IArchiveStore store, string query, CancellationToken cancellationToken) =>
        await store.DescribeAsync([.. (await FindAsync(store, query, cancellationToken)).Hits.Select(hit => hit.Id)], cancellationToken);

    private async Task<bool> CompactAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();

        // The samples are few: of their one segment a small part is dead, which would not be worth the work otherwise.
        var run = await RunJobAsync("CompactStore", [new("id", "1"), new("dead-percent", "1")], cancellationToken);
        if (!run.State.IsGood() || run.Numbers is not { } numbers)
        {
            return false;
        }

        var givenBack = BalanceTable.Count(numbers, "bytesGivenBack");
        ShowStep("compact", $"{Numbers.Size(givenBack)} given back: {Numbers.Size(BalanceTable.Count(numbers, "bytesBefore"))} before, {Numbers.Size(BalanceTable.Count(numbers, "bytesAfter"))} after; {Numbers.Count(BalanceTable.Count(numbers, "messagesKept"))} messages kept", started);
        return givenBack > 0;
    }

    private async Task<bool> MakeRecoveryCodeAsync(CancellationToken cancellationToken)
    {
        places.WriteRecoveryCode(await RecoveryCodeCommand.RenewAsync(context));
        var written = (await File.ReadAllTextAsync(places.RecoveryCode, cancellationToken)).Trim();
        var isConfirmed = await KeyConfirmCommand.ConfirmAsync(context, written);
        ShowStep("recovery code", $"made, confirmed; for the demo in {Shown(places.RecoveryCode)} (0600), a real one is kept elsewhere", null);
        return isConfirmed;
    }

    private async Task<bool> BackUpAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var run = await RunJobAsync("CreateBackup", [new("path", places.Backup)], cancellationToken);
        if (!run.State.IsGood() || run.Numbers is not { } numbers)
        {
            return false;
        }

        ShowStep("backup", $"{Numbers.Count(BalanceTable.Count(numbers, "stores"), "store", "stores")} ({Numbers.Size(BalanceTable.Count(numbers, "bytesCopied"))}), master database and wrapped key are in {Shown(places.Backup)}", started);
        return true;
    }

    private async Task<bool> VerifyBackupAsync(CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var run = await RunJobAsync("VerifyBackup", [new("path", places.Backup)], cancellationToken);
        if (!run.State.IsGood() || run.Numbers is not { } numbers)
        {
            return false;
        }

        ShowStep("verify backup", $"{Numbers.Count(BalanceTable.Count(numbers, "files"), "file", "files")}, {Numbers.Size(BalanceTable.Count(numbers, "bytes"))} read back and compared: all as written", started);
        return true;
    }
}
