using System.Text.Json.Nodes;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>The balance of a profile run: a line a mailbox, the total, and whether it adds up.</summary>
internal static class BalanceTable
{
    private const int MaxMailboxesShown = 40;

    public static void Show(CommandContext context, JsonObject result, JsonObject total)
    {
        var mailboxes = (result["mailboxes"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var width = Math.Max(17, mailboxes.Take(MaxMailboxesShown).Select(mailbox => Printable.Width(Name(mailbox))).DefaultIfEmpty(0).Max());
        context.Line($"  {Printable.PadRight("mailbox", width)}      seen  =  archived  + already held  + filtered  + failed  + quarantined");
        foreach (var mailbox in mailboxes.Take(MaxMailboxesShown))
        {
            context.Line(Row(Name(mailbox), width, mailbox["counters"] as JsonObject ?? []));
        }

        if (mailboxes.Count > MaxMailboxesShown)
        {
            context.Line($"  and {Numbers.Count(mailboxes.Count - MaxMailboxesShown)} mailboxes more");
        }

        context.Line(Row("total", width, total) + (AddsUp(total) ? "   adds up" : "   DOES NOT ADD UP"));
        ShowNew(context, result, total);
        ShowLeftOut(context, result);
    }

    public static long Count(JsonObject counters, string name) => counters[name] is JsonValue value && value.TryGetValue<long>(out var count) ? count : 0;

    private static void ShowNew(CommandContext context, JsonObject result, JsonObject total)
    {
        var fresh = Count(result, "newMessages");
        var shared = Count(total, "archived") - fresh;
        var text = fresh == 0 && shared == 0 ? "Nothing new." : $"New: {Numbers.Count(fresh, "message", "messages")}, {Numbers.Size(Count(result, "newBytes"))}";
        if (shared > 0)
        {
            text += shared == 1 ? " (1 was held already and is now filed in one more place)." : $" ({Numbers.Count(shared)} were held already and are now filed in one more place).";
        }
        else if (fresh > 0)
        {
            text += ".";
        }

        var vanished = Count(result, "vanished");
        context.Line($"  {text}{(vanished == 0 ? "" : $" Gone before reading: {Numbers.Count(vanished)}.")}");
    }

    /// <summary>Folders by name, with the number of mailboxes in which they were left out.</summary>
    private static void ShowLeftOut(CommandContext context, JsonObject result)
    {
        var folders = (result["leftOut"] as JsonArray ?? []).OfType<JsonObject>()
            .GroupBy(folder => folder["folder"]?.ToString() ?? "")
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Count() == 1 ? group.Key : $"{group.Key} ({group.Count()} mailboxes)")
            .ToList();
        if (folders.Count > 0)
        {
            context.Line($"  Left out: {string.Join(", ", folders.Take(8))}{(folders.Count > 8 ? $" and {folders.Count - 8} more" : "")}. All folders: --exclude none in the profile.");
        }
    }

    private static bool AddsUp(JsonObject counters) =>
        Count(counters, "seen") == Count(counters, "archived") + Count(counters, "alreadyHeld") + Count(counters, "filtered")
        + Count(counters, "failed") + Count(counters, "quarantined");

    private static string Row(string name, int width, JsonObject counters) =>
        $"  {Printable.PadRight(name, width)} {Numbers.Count(Count(counters, "seen")),9}  {Numbers.Count(Count(counters, "archived")),11}"
        + $"  {Numbers.Count(Count(counters, "alreadyHeld")),14}  {Numbers.Count(Count(counters, "filtered")),10}"
        + $"  {Numbers.Count(Count(counters, "failed")),8}  {Numbers.Count(Count(counters, "quarantined")),13}";

    private static string Name(JsonObject mailbox) => Printable.Shorten(mailbox["mailbox"]?.ToString() ?? "", 40);
}
