using System.Globalization;
using System.Net;
using System.Text;
using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>
/// The page as one column of at most 600 px: tables and inline styles, because mail programs know little else; nothing is loaded from anywhere.
/// Every color pair has a contrast of at least 4.5 in both modes. One straight path, from the top of the mail to its end.
/// </summary>
internal sealed class HtmlBody(AlertPage page, string title)
{
    private const string Font = "font-family:'Segoe UI','Hiragino Sans','Noto Sans CJK JP','Noto Sans JP',Meiryo,Arial,sans-serif;";
    private const string Wrap = "overflow-wrap:anywhere;word-break:break-word;";

    // Programs that know the dark mode use these; the others keep the inline colors.
    private const string DarkStyle = """
        :root{color-scheme:light dark;supported-color-schemes:light dark}
        @media (prefers-color-scheme:dark){
        .page{background:#16181c!important}.card{background:#22252b!important;border-color:#3a3f47!important}
        .ink{color:#eceef1!important}.soft{color:#b4bac4!important}.line{border-color:#3a3f47!important}
        .code{background:#1a1c21!important;color:#b4bac4!important}.link{color:#8ab8ff!important}
        }
        @media (max-width:480px){.page{padding:0!important}.cell{padding-left:16px!important;padding-right:16px!important}
        .fact th,.fact td{display:block!important;width:auto!important}.fact th{padding-bottom:0!important}.fact th+td{border-top:0!important;padding-top:2px!important}}
        """;

    private readonly StringBuilder _html = new(8192);

    public string Text()
    {
        Head();
        Bar();
        Lead();
        Button();
        Facts();
        Names();
        Details();
        Footer();
        _html.Append("</table></td></tr></table></body></html>\n");
        return _html.ToString();
    }

    private string Color => page.Severity switch
    {
        AlertSeverity.Critical => "#8c1d18",
        AlertSeverity.Error => "#b3261e",
        AlertSeverity.Warning => "#7a4f01",
        _ => "#1b6b3a",
    };

    // The shape says it too, for those who do not see the color.
    private string Icon => page.Severity switch
    {
        AlertSeverity.Critical => "■",
        AlertSeverity.Error => "▲",
        AlertSeverity.Warning => "◆",
        _ => "●",
    };

    private void Head()
    {
        var language = page.IsJapanese ? "ja" : "en";
        _html.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
            <title>{WebUtility.HtmlEncode(title)}</title>
            <style>{DarkStyle}</style></head>
            <body class="page" style="margin:0;padding:0;background:#f2f4f7;">
            <div style="display:none;max-height:0;overflow:hidden;mso-hide:all;">{Html(page.What)}</div>
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr><td class="page" align="center" style="padding:16px 8px;background:#f2f4f7;">
            <table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;background:#ffffff;border:1px solid #d9dee5;border-collapse:separate;{Font}">

            """);
    }

    private void Bar() => Row($"background:{Color};color:#ffffff;padding:10px 24px;font-size:14px;font-weight:600;line-height:20px;",
        $"<span aria-hidden=\"true\">{Icon}</span>&nbsp; {Html(page.SeverityWord)} · {Html(page.StateWord)}");

    private void Lead()
    {
        Row("padding:24px 24px 0;", $"<h1 class=\"ink\" style=\"margin:0;font-size:20px;line-height:28px;font-weight:600;color:#1a1d21;{Wrap}\">{Html(page.What)}</h1>");
        Row("padding:12px 24px 0;", $"<p class=\"ink\" style=\"margin:0;font-size:16px;line-height:24px;color:#1a1d21;{Wrap}\">{Html(page.ToDo)}</p>");
    }

    private void Button()
    {
        if (page.Links.Do is not { } link)
        {
            return;
        }

        Row("padding:20px 24px 0;",
            $"<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td style=\"background:#0b57c4;border-radius:6px;\">"
            + $"<a href=\"{Url(link)}\" style=\"display:inline-block;padding:12px 20px;font-size:16px;line-height:20px;font-weight:600;color:#ffffff;text-decoration:none;{Font}\">{Html(page.Open)}</a></td></tr></table>"
            + $"<p class=\"soft\" style=\"margin:8px 0 0;font-size:12px;line-height:18px;color:#59616d;{Wrap}\">{Url(link)}</p>");
    }

    private void Facts()
    {
        if (page.Facts.Count == 0)
        {
            return;
        }

        var table = new StringBuilder("<table class=\"fact\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"border-collapse:collapse;font-size:14px;line-height:20px;\">");
        const string Line = "padding:8px 0;border-top:1px solid #e3e7ec;text-align:left;vertical-align:top;";
        foreach (var fact in page.Facts)
        {
            table.Append(fact.Label is null
                ? $"<tr><td colspan=\"2\" class=\"ink line\" style=\"{Line}color:#1a1d21;{Wrap}\">{Html(fact.Value)}</td></tr>"
                : $"<tr><th scope=\"row\" class=\"soft line\" style=\"{Line}width:34%;padding-right:16px;font-weight:400;color:#59616d;\">{Html(fact.Label)}</th>"
                    + $"<td class=\"ink line\" style=\"{Line}color:#1a1d21;{Wrap}\">{Html(fact.Value)}</td></tr>");
        }

        Row("padding:24px 24px 0;", table.Append("</table>").ToString());
    }

    private void Names()
    {
        if (page.Names.Count == 0)
        {
            return;
        }

        var items = string.Concat(page.Names.Select(name => $"<li style=\"margin:0 0 6px;{Wrap}\">{Html(name)}</li>"));
        var more = page.MoreNames is null ? "" : $"<p class=\"ink\" style=\"margin:0;font-size:14px;line-height:20px;color:#1a1d21;\">{More(page.MoreNames)}</p>";
        Row("padding:20px 24px 0;",
            $"<h2 class=\"soft\" style=\"margin:0 0 8px;font-size:14px;line-height:20px;font-weight:600;color:#59616d;\">{Html(page.NamesTitle)}</h2>"
            + $"<ol class=\"ink\" style=\"margin:0;padding:0 0 0 24px;font-size:14px;line-height:20px;color:#1a1d21;\">{items}</ol>{more}");
    }

    private string More(string text) => page.Links.Names is { } link
        ? $"<a class=\"link\" href=\"{Url(link)}\" style=\"color:#0b57c4;\">{Html(text)}</a>"
        : Html(text);

    private void Details()
    {
        var lines = string.Join("<br>", page.Details.Select(Html));
        var link = page.Links.Run is { } run ? $"<br><a class=\"link\" href=\"{Url(run)}\" style=\"color:#0b57c4;\">{Url(run)}</a>" : "";
        Row("padding:24px 24px 0;",
            $"<h2 class=\"soft\" style=\"margin:0 0 8px;font-size:14px;line-height:20px;font-weight:600;color:#59616d;\">{Html(page.DetailsTitle)}</h2>"
            + $"<div class=\"code\" style=\"padding:12px;background:#f4f5f7;color:#4a515c;font-family:Consolas,'Liberation Mono','Noto Sans Mono CJK JP',monospace;font-size:12px;line-height:18px;{Wrap}\">{lines}{link}</div>");
    }

    private void Footer()
    {
        var mute = page.Links.Mute is { } link ? $" <a class=\"link\" href=\"{Url(link)}\" style=\"color:#0b57c4;\">{Html(page.Mute)}</a>" : "";
        Row("padding:20px 24px 24px;", $"<p class=\"soft\" style=\"margin:0;font-size:12px;line-height:18px;color:#59616d;{Wrap}\">{Html(page.Footer)}{mute}</p>");
    }

    private void Row(string style, string content) =>
        _html.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"cell\" style=\"{style}\">{content}</td></tr>\n");

    private static string Html(string marked) => MarkedText.Html(marked);

    private static string Url(Uri link) => WebUtility.HtmlEncode(link.AbsoluteUri);
}
