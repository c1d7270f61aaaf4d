using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>The newest runs as plain HTML: no script, nothing from elsewhere.</summary>
internal static class StartPage
{
    private const int Runs = 50;

    private const string Style = """
        :root { color-scheme: light dark; }
        body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8886; vertical-align: top; }
        td.number { text-align: right; font-variant-numeric: tabular-nums; }
        """;

    public static void MapStartPage(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", async (IRunService runs, TimeProvider time, CancellationToken cancellationToken) =>
            Results.Content(Render(await runs.ListAsync(RunFilter.All, null, Runs, cancellationToken), time), "text/html; charset=utf-8"));
        routes.MapGet("/start.css", () => Results.Content(Style, "text/css; charset=utf-8"));
    }

    private static string Render(IReadOnlyList<RunSummary> runs, TimeProvider time)
    {
        var page = new StringBuilder("""
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>ArchiveJobs: runs</title><link rel="stylesheet" href="/start.css"></head>
            <body><main><h1>Runs</h1>

            """);
        if (runs.Count == 0)
        {
            page.Append("<p>No runs yet. Start one: <code>archivejobs run RunProfile --name=NAME</code></p>");
        }
        else
        {
            page.Append(CultureInfo.InvariantCulture, $"<table><caption>The newest {runs.Count}</caption><thead><tr><th scope=\"col\">Run</th><th scope=\"col\">Started</th><th scope=\"col\">State</th><th scope=\"col\">Job</th><th scope=\"col\">What and what to do</th></tr></thead><tbody>\n");
            foreach (var run in runs.Select(ShownRun.Of))
            {
                AppendRow(page, run, time.LocalTimeZone);
            }

            page.Append("</tbody></table>");
        }

        return page.Append("</main></body></html>\n").ToString();
    }

    private static void AppendRow(StringBuilder page, ShownRun run, TimeZoneInfo zone)
    {
        var started = Numbers.Instant(run.Summary.StartedAt ?? run.Summary.CreatedAt, zone);
        var what = run.Cause is { } cause ? $"{Sentences.What(run, cause)} {Sentences.ToDo(run, cause)}" : "";
        page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"number\">{run.Id}</td><td>{Text(started)}</td><td>{Text(Titles.OfState(run))}</td><td>{Text(Titles.Of(run))}</td><td>{Text(what)}</td></tr>\n");
    }

    private static string Text(string text) => HtmlEncoder.Default.Encode(Printable.Of(text));
}
