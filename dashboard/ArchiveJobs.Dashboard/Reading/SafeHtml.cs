using System.Text;
using Ganss.Xss;

namespace ArchiveJobs.Dashboard.Reading;

/// <summary>An HTML body that can be shown: no script, no form, nothing from elsewhere, links as text.</summary>
/// <param name="Remote">Addresses that would have been loaded.</param>
/// <param name="Removed">Scripts, forms, frames and handlers that were taken out.</param>
internal sealed record SafeBody(string Html, int Remote, int Removed);

/// <summary>
/// The first of three walls. The second is the policy of the answer (default-src 'none'), the third the sandbox of the frame:
/// each alone keeps scripts and remote loads away.
/// </summary>
internal static class SafeHtml
{
    // Words of CSS that load or cover something.
    private static readonly string[] Loading = ["url(", "image(", "image-set(", "@import", "expression(", "-moz-binding", "src("];
    private static readonly string[] Bare = ["a", "area"];

    /// <param name="inline">Images of the message itself by their Content-ID, as data: addresses.</param>
    public static SafeBody Clean(string html, IReadOnlyDictionary<string, string> inline)
    {
        var remote = 0;
        var removed = 0;
        var sanitizer = new HtmlSanitizer();
        sanitizer.AllowedSchemes.Clear();
        sanitizer.AllowedSchemes.Add("data");
        sanitizer.AllowDataAttributes = false;
        sanitizer.AllowedAtRules.Clear();
        foreach (var tag in new[] { "form", "input", "button", "textarea", "select", "option", "map", "area", "video", "audio", "source", "picture", "svg", "math", "style" })
        {
            sanitizer.AllowedTags.Remove(tag);
        }

        foreach (var property in new[] { "position", "z-index", "background-image", "list-style-image", "border-image", "border-image-source", "content", "cursor", "filter", "mask", "src" })
        {
            sanitizer.AllowedCssProperties.Remove(property);
        }

        foreach (var attribute in new[] { "background", "action", "formaction", "srcset", "ping", "poster", "longdesc", "usemap", "target", "id", "name" })
        {
            sanitizer.AllowedAttributes.Remove(attribute);
        }

        sanitizer.RemovingTag += (_, _) => removed++;
        sanitizer.RemovingAttribute += (_, arguments) =>
        {
            removed += arguments.Attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            remote += arguments.Attribute.Name is "background" or "srcset" or "poster" ? 1 : 0;
        };
        sanitizer.RemovingStyle += (_, arguments) => remote += Loads(arguments.Style.Value) ? 1 : 0;
        sanitizer.FilterUrl += (_, arguments) =>
        {
            var tag = arguments.Tag.LocalName;
            var url = arguments.OriginalUrl.Trim();
            if (Bare.Contains(tag))
            {
                // The address is shown, never followed: the frame is no browser, and a click tells the sender.
                arguments.Tag.SetAttribute("title", Cut(url));
                arguments.SanitizedUrl = null;
            }
            else if (tag == "img" && url.StartsWith("cid:", StringComparison.OrdinalIgnoreCase) && inline.TryGetValue(Uri.UnescapeDataString(url[4..]), out var data))
            {
                arguments.SanitizedUrl = data;
            }
            else if (tag != "img" || !IsPicture(url))
            {
                remote += url.StartsWith("cid:", StringComparison.OrdinalIgnoreCase) ? 0 : 1;
                arguments.SanitizedUrl = null;
            }
        };
        sanitizer.PostProcessNode += (_, arguments) =>
        {
            if (arguments.Node is AngleSharp.Dom.IElement element && element.GetAttribute("style") is { } style && Loads(style))
            {
                remote++;
                element.RemoveAttribute("style");
            }
        };

        var body = sanitizer.Sanitize(html);
        return new SafeBody(Document(body), remote, removed);
    }

    /// <summary>Raster images only: SVG is a document of its own.</summary>
    internal static bool IsPicture(string url) =>
        url.StartsWith("data:image/png;", StringComparison.OrdinalIgnoreCase) || url.StartsWith("data:image/jpeg;", StringComparison.OrdinalIgnoreCase)
        || url.StartsWith("data:image/gif;", StringComparison.OrdinalIgnoreCase) || url.StartsWith("data:image/webp;", StringComparison.OrdinalIgnoreCase);

    private static bool Loads(string css)
    {
        // CSS knows escapes and comments: u\72l(, u/**/rl(.
        var plain = new StringBuilder(css.Length);
        foreach (var character in css.Replace("/**/", "", StringComparison.Ordinal))
        {
            plain.Append(char.ToLowerInvariant(character));
        }

        var text = plain.ToString();
        return text.Contains('\\', StringComparison.Ordinal) || text.Contains("/*", StringComparison.Ordinal) || Loading.Any(word => text.Contains(word, StringComparison.Ordinal));
    }

    private static string Cut(string url) => url.Length <= 300 ? url : url[..300] + "…";

    private static string Document(string body) => $$"""
        <!DOCTYPE html><html><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"><style>
        body { margin: 12px; background: #fff; color: #1A2330; font: 14px/1.5 "Segoe UI", "Noto Sans", "Noto Sans CJK JP", Meiryo, sans-serif; overflow-wrap: anywhere; }
        img { max-width: 100%; height: auto; } img:not([src]) { display: inline-block; min-width: 1em; min-height: 1em; border: 1px dashed #7A8797; }
        a { color: #0B57B0; text-decoration: underline; cursor: help; } table { max-width: 100%; }
        </style></head><body>{{body}}</body></html>
        """;
}
