using System.Text.Json.Nodes;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>What a person sees of a run on the console while it goes on and when it has ended.</summary>
internal sealed class RunReport(CommandContext context)
{
    private const int MaxItemsShown = 20;

    private readonly TimeProvider _time = context.Get<TimeProvider>();
    private readonly Speed _speed = new(context.Get<TimeProvider>());

    public void ShowHead(RunView run) =>
        context.Line($"{Numbers.Instant(_time.GetUtcNow(), _time.LocalTimeZone)}  run {run.Id}: {Titles.Of(run)}");

    public void ShowLog(RunLogLine line) => context.Line($"{Clock(line.At)}  {line.Text}");

    public void ShowProgress(RunView run)
    {
        if (run.Progress is { } progress)
        {
            context.Output.Progress(new ProgressStep(progress.Phase, progress.Done, progress.Total, _speed.Describe(progress)));
        }
    }

    public void ShowEnd(RunView run)
    {
        if (run.Result?["counters"] is JsonObject counters)
        {
            BalanceTable.Show(context, run.Result, counters);
        }
        else if (run.Result is { } numbers)
        {
            ShowNumbers(numbers);
        }

        foreach (var item in run.Items.Take(MaxItemsShown).Where(item => item != run.Cause))
        {
            context.Line("  " + Sentences.What(run, item));
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

    public void ShowLastLine(RunView run)
    {
        var took = run.StartedAt is { } start ? (run.EndedAt ?? _time.GetUtcNow()) - start : TimeSpan.Zero;
        if (run.IsGood)
        {
            ShowCause(run);
            context.Line($"{Titles.OfState(run)} in {Numbers.Duration(took)}.");
            return;
        }

        context.Line($"{Clock(run.EndedAt ?? _time.GetUtcNow())}  {Titles.OfState(run)}");
        ShowCause(run);
        var next = run.NextAttemptAt is { } at && !run.HasEnded ? $"Next try at {Numbers.Instant(at, _time.LocalTimeZone)}. " : "";
        context.Line($"{next}Details: archivejobs runs show {run.Id}");
    }

    private void ShowCause(RunView run)
    {
        if (run.Cause is { } cause)
        {
            context.Line(Sentences.What(run, cause));
            context.Line(Sentences.ToDo(run, cause));
            if (cause.ServerWords is { Length: > 0 } words)
            {
                context.Line($"server       \"{Printable.Shorten(words, 300)}\"");
            }
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
