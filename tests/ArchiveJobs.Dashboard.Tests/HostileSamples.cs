namespace ArchiveJobs.Dashboard.Tests;

/// <summary>A body that wants out.</summary>
/// <param name="Html">{0} is an address that must not be asked; {1} is script that asks it.</param>
/// <param name="Is">Whether a browser of today falls for it when nobody protects it; the others were made for older ones.</param>
internal sealed record HostileSample(string Name, string Html, bool Is = true, string Charset = "utf-8");

/// <summary>Ways in which HTML of mail has been made to run or to call home.</summary>
internal static class HostileSamples
{
    public static IReadOnlyList<HostileSample> All { get; } =
    [
        // Script.
        new("script", "<script>{1}</script>"),
        new("body-onload", "<body onload=\"{1}\">x"),
        new("img-onerror", "<img src=x onerror=\"{1}\">"),
        new("svg-onload", "<svg onload=\"{1}\"></svg>"),
        new("svg-script", "<svg><script>{1}</script></svg>"),
        new("svg-animate", "<svg><rect><animate attributeName=x dur=1s onbegin=\"{1}\" /></rect></svg>"),
        new("details-ontoggle", "<details open ontoggle=\"{1}\"><summary>s</summary></details>"),
        new("input-onfocus", "<input autofocus onfocus=\"{1}\">"),
        new("half-tag", "<img src=x onerror=\"{1}\" ", Is: false),
        new("slash-attributes", "<img/src='x'/onerror=\"{1}\">"),
        new("upper-case", "<IMG SRC=x ONERROR=\"{1}\">"),
        new("noscript-title", "<noscript><p title=\"</noscript><img src=x onerror=&quot;{1}&quot;>\"></noscript>", Is: false),
        new("math-style", "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=x onerror={1}&gt;\">", Is: false),
        new("entity-handler", "<img src=x onerror=\"&#102;&#x65;tch('{0}')\">"),
        new("javascript-link", "<a href=\"javascript:{1}\">press</a>"),
        new("javascript-link-coded", "<a href=\"&#106;ava&#9;script&colon;{1}\">press</a>"),
        new("javascript-frame", "<iframe src=\"javascript:{1}\"></iframe>"),
        new("javascript-form", "<form action=\"javascript:{1}\"><button>press</button></form>"),
        new("data-link", "<a href=\"data:text/html,&lt;script&gt;{1}&lt;/script&gt;\">press</a>", Is: false),
        new("iframe-srcdoc", "<iframe srcdoc=\"&lt;script&gt;{1}&lt;/script&gt;\"></iframe>"),
        new("iframe-data", "<iframe src=\"data:text/html,&lt;img src={0}&gt;\"></iframe>"),
        new("utf-7", "+ADw-script+AD4-{1}+ADw-/script+AD4-", Is: false, Charset: "utf-7"),
        new("expression", "<p style=\"width:expression({1})\">x</p>", Is: false),
        new("conditional-comment", "<!--[if IE]><script>{1}</script><![endif]-->", Is: false),

        // Loads.
        new("img", "<img src=\"{0}\">"),
        new("img-coded", "<img src=\"h&#116;tp&colon;{0:address}\">"),
        new("img-srcset", "<img srcset=\"{0} 1x\">"),
        new("picture", "<picture><source srcset=\"{0}\"><img></picture>"),
        new("video-poster", "<video poster=\"{0}\"></video>"),
        new("video", "<video src=\"{0}\" autoplay muted></video>"),
        new("audio", "<audio src=\"{0}\" preload=auto></audio>"),
        new("source", "<video autoplay muted><source src=\"{0}\"></video>"),
        new("input-image", "<input type=image src=\"{0}\">"),
        new("table-background", "<table background=\"{0}\"><tr><td>x</td></tr></table>"),
        new("body-background", "<body background=\"{0}\">x"),
        new("svg-image", "<svg width=9 height=9><image width=9 height=9 href=\"{0}\" /></svg>"),
        new("svg-foreign", "<svg width=9 height=9><foreignObject width=9 height=9><img src=\"{0}\" /></foreignObject></svg>"),
        new("math-img", "<math><mtext><img src=\"{0}\"></mtext></math>"),
        new("shadow-root", "<div><template shadowrootmode=open><img src=\"{0}\"></template></div>"),
        new("object", "<object data=\"{0}\"></object>"),
        new("embed", "<embed src=\"{0}\">"),
        new("iframe", "<iframe src=\"{0}\"></iframe>"),
        new("link-stylesheet", "<link rel=stylesheet href=\"{0}\">"),
        new("link-preload", "<link rel=preload as=image href=\"{0}\">"),
        new("link-prefetch", "<link rel=prefetch href=\"{0}\">"),
        new("base", "<base href=\"{0:folder}\"><img src=\"{0:file}\">"),
        new("meta-refresh", "<meta http-equiv=refresh content=\"0;url={0}\">x"),
        new("cid-address", "<img src=\"cid:{0}\">", Is: false),
        new("mhtml", "<img src=\"mhtml:{0}!part\">", Is: false),

        // Styles.
        new("css-url", "<p style=\"background:url({0})\">x</p>"),
        new("css-escaped", "<p style=\"background:\\75 rl({0})\">x</p>"),
        new("css-comment", "<p style=\"background:/**/url({0})/**/\">x</p>"),
        new("css-image-set", "<p style=\"background-image:image-set('{0}' 1x)\">x</p>"),
        new("css-list", "<ul style=\"list-style-image:url({0})\"><li>x</li></ul>"),
        new("css-border", "<p style=\"border:9px solid;border-image:url({0}) 3\">x</p>"),
        new("css-content", "<p style=\"content:url({0})\">x</p>"),
        new("css-mask", "<p style=\"mask-image:url({0})\">x</p>"),
        new("css-variable", "<p style=\"--a:url({0});background:var(--a)\">x</p>"),
        new("style-import", "<style>@import '{0}';</style>"),
        new("style-import-escaped", "<style>@\\69mport '{0}';</style>"),
        new("style-background", "<style>body { background: url({0}) }</style>x"),
        new("style-font", "<style>@font-face { font-family: f; src: url({0}) } p { font-family: f }</style><p>x</p>"),

        // Presses.
        new("link", "<a href=\"{0}\">press</a>"),
        new("ping", "<a href=\"#x\" ping=\"{0}\">press</a>"),
        new("new-window", "<a href=\"{0}\" target=_blank>press</a>"),
        new("top-window", "<a href=\"{0}\" target=_top>press</a>"),
        new("form", "<form action=\"{0}\"><button>press</button></form>"),
        new("form-post", "<form method=post action=\"{0}\"><input name=a value=b><input type=submit value=press></form>"),
        new("formaction", "<form><button formaction=\"{0}\">press</button></form>"),
        new("map", "<img usemap=#m width=9 height=9><map name=m><area shape=default href=\"{0}\"></map>"),
    ];

    /// <summary>The body with an address of its own on this host of the world outside.</summary>
    public static string Write(HostileSample sample, string host)
    {
        var address = $"http://{host}/{sample.Name}";
        var script = $"window.__hostile=1;void(new Image().src='{address}')";
        return sample.Html.Replace("{0:address}", address["http:".Length..], StringComparison.Ordinal).Replace("{0:folder}", $"http://{host}/", StringComparison.Ordinal)
            .Replace("{0:file}", sample.Name, StringComparison.Ordinal).Replace("{0}", address, StringComparison.Ordinal).Replace("{1}", script, StringComparison.Ordinal);
    }
}
