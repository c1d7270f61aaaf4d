using ArchiveJobs.Dashboard.Reading;

namespace ArchiveJobs.Dashboard.Tests;

public sealed class SafeHtmlTests
{
    private static readonly Dictionary<string, string> NoImages = [];

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<svg onload=alert(1)><script>alert(1)</script></svg>")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>")]
    [InlineData("<a href=\"java\tscript:alert(1)\">x</a>")]
    [InlineData("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>")]
    [InlineData("<iframe srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\"></iframe>")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>")]
    [InlineData("<form action=\"https://evil.example/\"><input name=a><button formaction=\"javascript:alert(1)\">go</button></form>")]
    [InlineData("<body onload=\"alert(1)\">x</body>")]
    public void Nothing_that_runs_is_left(string html)
    {
        var body = BodyOf(SafeHtml.Clean(html, NoImages));

        Assert.DoesNotContain("<script", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("onerror=", body.Replace("title=", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("onload", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<iframe", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<form", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<svg", body, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("<img src=\"https://tracker.example/pixel.gif\">")]
    [InlineData("<img src=\"//tracker.example/pixel.gif\">")]
    [InlineData("<img srcset=\"https://tracker.example/2x.png 2x\">")]
    [InlineData("<div style=\"background-image:url(https://tracker.example/b.png)\">x</div>")]
    [InlineData("<div style=\"background:u\\72l(https://tracker.example/b.png)\">x</div>")]
    [InlineData("<table background=\"https://tracker.example/b.png\"><tr><td>x</td></tr></table>")]
    [InlineData("<style>@import url(https://tracker.example/a.css);</style>x")]
    [InlineData("<link rel=stylesheet href=\"https://tracker.example/a.css\">x")]
    [InlineData("<video poster=\"https://tracker.example/p.png\"></video>")]
    [InlineData("<object data=\"https://tracker.example/o\"></object>")]
    [InlineData("<meta http-equiv=refresh content=\"0;url=https://tracker.example/\">x")]
    [InlineData("<base href=\"https://tracker.example/\"><img src=\"a.png\">")]
    public void Nothing_is_loaded_from_elsewhere(string html)
    {
        var body = BodyOf(SafeHtml.Clean(html, NoImages));

        Assert.DoesNotContain("tracker.example", body, StringComparison.Ordinal);
        Assert.DoesNotContain("src=", body, StringComparison.Ordinal);
    }

    [Fact]
    public void The_address_of_a_link_is_shown_and_not_followed()
    {
        var body = BodyOf(SafeHtml.Clean("<a href=\"https://example.com/pay\">pay</a>", NoImages));

        Assert.Equal("<a title=\"https://example.com/pay\">pay</a>", body);
    }

    [Fact]
    public void What_was_taken_out_is_counted()
    {
        var body = SafeHtml.Clean("<p>a</p><script>1</script><img src=\"https://tracker.example/1.png\"><img src=\"https://tracker.example/2.png\">", NoImages);

        Assert.Equal(2, body.Remote);
        Assert.Equal(1, body.Removed);
    }

    [Fact]
    public void Images_of_the_message_itself_are_shown()
    {
        var images = new Dictionary<string, string> { ["logo@example.com"] = "data:image/png;base64,AAAA" };

        var body = SafeHtml.Clean("<img src=\"cid:logo@example.com\">", images);

        Assert.Equal("<img src=\"data:image/png;base64,AAAA\">", BodyOf(body));
        Assert.Equal(0, body.Remote);
    }

    [Fact]
    public void An_image_that_is_a_document_is_left_out()
    {
        var body = BodyOf(SafeHtml.Clean("<img src=\"data:image/svg+xml;base64,AAAA\"><img src=\"data:text/html,hello\">", NoImages));

        Assert.Equal("<img><img>", body);
    }

    [Theory]
    [InlineData("../../evil.html", "_.._evil.html")]
    [InlineData("見積書.pdf", "見積書.pdf")]
    [InlineData("annexe\u202Efdp.exe", "annexe_fdp.exe")]
    [InlineData("a\r\nSet-Cookie: x", "a__Set-Cookie_ x")]
    [InlineData("..", "attachment")]
    public void Names_of_attachments_lead_nowhere(string given, string safe)
    {
        Assert.Equal(safe, MessageReader.SafeName(given));
    }

    private static string BodyOf(SafeBody body)
    {
        var start = body.Html.IndexOf("<body>", StringComparison.Ordinal) + "<body>".Length;
        return body.Html[start..body.Html.IndexOf("</body>", StringComparison.Ordinal)];
    }
}
