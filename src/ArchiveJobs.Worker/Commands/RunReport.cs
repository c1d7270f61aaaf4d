using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>What a person sees of a run on the console while it goes on and when it has ended.</summary>
internal sealed class RunReport(CommandContext context)
{
    private const int MaxItemsShown = 20;

    private readonly TimeProvider _time = context.Get<TimeProvider>();
    private string _title = "";

    public void ShowHead(ShownRun run, string? storeName)
    {
        _title = Titles.Of(run);
        var name = storeName is null ? "" : $" \"{storeName}\"";
        context.Line($"{Numbers.Instant(_time.GetUtcNow(), _time.LocalTimeZone)}  run {run.Id}: {_title}{name}");
    }

    public void ShowLog(RunLogged line)
    {
        // A job's log begins with what it does; here that stands in the head.
        if (!line.Line.StartsWith(_title, StringComparison.Ordinal))
        {
            context.Line($"{Clock(line.At)}  {line.Line}");
        }
    }

    public void ShowProgress(RunProgress progress)
    {
        var rate = progress.BytesPerSecond > 0 ? Numbers.Size((long)progress.BytesPerSecond) + "/s" : "";
        var left = progress.Left is { } time ? $", about {Numbers.Duration(time)} left" : "";
        context.Output.Progress(new ProgressStep(progress.Phase, progress.Done, progress.Total, rate.Length == 0 ? left.TrimStart(',', ' ') : rate + left));
    }

    /// <summary>Only what a person would miss: that the run stands still, or goes on.</summary>
    public void ShowState(RunStateChanged change)
    {
        if (change.State is RunState.Waiting or RunState.Blocked or RunState.Interrupted)
        {
            var next = change.Next is { } at ? $", next try at {Clock(at)}" : "";
            context.Line($"{Clock(change.At)}  {Titles.OfState(change.State, change.Reason)}{next}");
        }
    }

    public void ShowEnd(ShownRun run)
    {
        if (run.Numbers?["counters"] is JsonObject counters)
        {
            ShowBalance(run, run.Numbers, counters);
        }
        else if (run.Numbers is { } numbers)
        {
            ShowNumbers(numbers);
        }

        var cause = run.Cause is { } reason ? Sentences.What(run, reason) : null;
        foreach (var item in run.Items.Take(MaxItemsShown).Select(item => Sentences.What(run, item)).Where(item => item != cause))
        {
            context.Line("  " + item);
        }

        if (run.Items.Count > MaxItemsShown)
        {
            context.Line($"  and {Numbers.Count(run.Items.Count - MaxItemsShown)} more: archivejobs runs show {run.Id}");
        }
    }

    public void ShowIndexed(DateTimeOffset? at)
    {
        if (at is { } when)
        {
            context.Line($"{Clock(when)}  search has caught up");
        }
    }

    public void ShowLastLine(ShownRun run)
    {
        var took = run.Summary.StartedAt is { } start ? (run.Summary.EndedAt ?? _time.GetUtcNow()) - start : TimeSpan.Zero;
        if (run.State.IsGood())
        {
            ShowCause(run);
            context.Line($"{Titles.OfState(run)} in {Numbers.Duration(took)}.");
            return;
        }

        context.Line($"{Clock(run.Summary.EndedAt ?? _time.GetUtcNow())}  {Titles.OfState(run)}");
        ShowCause(run);
        var next = run.Summary.Next is { } at && !run.State.IsFinal() ? $"Next try at {Numbers.Instant(at, _time.LocalTimeZone)}. " : "";
        context.Line($"{next}Details: archivejobs runs show {run.Id}");
    }

    private void ShowCause(ShownRun run)
    {
        if (run.Cause is { } cause)
        {
            context.Line(Sentences.What(run, cause));
            context.Line(Sentences.ToDo(run, cause));
            if (cause.Values.TryGetValue("fingerprint", out var fingerprint))
            {
                context.Line($"fingerprint  SHA-256 {fingerprint}");
            }

            if (cause.ServerWords is { Length: > 0 } words)
            {
                context.Line($"server       \"{Printable.Shorten(words, 300)}\"");
            }
        }
    }

    private void ShowBalance(ShownRun run, JsonObject numbers, JsonObject counters)
    {
        var isWhole = run.State is RunState.Succeeded or RunState.CompletedWithWarnings or RunState.CompletedWithErrors;
        if (isWhole || BalanceTable.Count(counters, "seen") > 0)
        {
            var what = isWhole ? "everything is durable; balance read from the store" : "what it did is durable; balance so far, read from the store";
            context.Line($"{Clock(run.Summary.EndedAt ?? _time.GetUtcNow())}  {what}");
            BalanceTable.Show(context, numbers, counters);
        }
    }

    /// <summary>Any other kind: its numbers by their names, then what its lists hold.</summary>
    private void ShowNumbers(JsonObject numbers)
    {
        foreach (var (name, value) in numbers)
        {
            switch (value)
            {
                case JsonArray { Count: > 0 } list:
                    context.Line($"  {name}");
                    foreach (var item in list.Take(MaxItemsShown))
                    {
                        context.Line($"    {Flat(item)}");
                    }

                    break;
                case JsonValue single:
                    context.Line($"  {name,-20} {(single.TryGetValue<long>(out var count) ? Numbers.Count(count) : single.ToString())}");
                    break;
            }
        }
    }

    private static string Flat(JsonNode? item) => item switch
    {
        JsonObject members => string.Join(", ", members.Where(member => member.Value is JsonValue).Select(member => $"{member.Key} {member.Value}")),
        _ => item?.ToString() ?? "",
    };

    private string Clock(DateTimeOffset at) => Numbers.Clock(at, _time.LocalTimeZone);
}
