using System.Globalization;
using System.Text;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>The page as plain text: lines unwrapped, links end their line.</summary>
internal sealed class PlainTextBody(AlertPage page)
{
    // Full-width labels stand close: they take a wider gap to their values.
    private int Gap => page.IsJapanese ? 3 : 1;

    public string Text()
    {
        var text = new StringBuilder();
        text.Append(Plain(page.What)).Append('\n').Append(Plain(page.ToDo)).Append("\n\n");
        if (page.Links.Do is { } link)
        {
            text.Append(Plain(page.Open)).Append(": ").Append(link.AbsoluteUri).Append("\n\n");
        }

        AppendFacts(text);
        AppendNames(text);
        text.Append(page.DetailsTitle).Append('\n');
        foreach (var line in page.Details)
        {
            text.Append(Plain(line)).Append('\n');
        }

        if (page.Links.Run is { } run)
        {
            text.Append(run.AbsoluteUri).Append('\n');
        }

        return text.Append("--\n").Append(Plain(page.Footer)).Append('\n').ToString();
    }

    private void AppendFacts(StringBuilder text)
    {
        if (page.Facts.Count == 0)
        {
            return;
        }

        var width = page.Facts.Max(fact => fact.Label is null ? 0 : VisibleText.Columns(Plain(fact.Label)) + 1) + Gap;
        foreach (var fact in page.Facts)
        {
            if (fact.Label is not null)
            {
                var label = Plain(fact.Label) + ":";
                text.Append(label).Append(' ', width - VisibleText.Columns(label));
            }

            text.Append(Plain(fact.Value)).Append('\n');
        }

        text.Append('\n');
    }

    private void AppendNames(StringBuilder text)
    {
        if (page.Names.Count == 0)
        {
            return;
        }

        for (var i = 0; i < page.Names.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i + 1}. ").Append(Plain(page.Names[i])).Append('\n');
        }

        if (page.MoreNames is { } more)
        {
            text.Append(more).Append(page.Links.Names is { } link ? $": {link.AbsoluteUri}" : "").Append('\n');
        }

        text.Append('\n');
    }

    private string Plain(string marked) => MarkedText.Plain(marked, straightQuotes: !page.IsJapanese);
}
