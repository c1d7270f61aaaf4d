using System.Xml.Linq;
using ArchiveJobs.Notifications.Alerts;
using ArchiveJobs.Notifications.Templates;
using ArchiveJobs.Notifications.Tests.Kit;

namespace ArchiveJobs.Notifications.Tests.Templates;

public sealed class HtmlTests
{
    [Theory]
    [InlineData("wrong-password", "en")]
    [InlineData("wrong-password", "ja")]
    [InlineData("store-damaged", "en")]
    [InlineData("works-again", "ja")]
    public void Html_says_the_words_of_the_text_in_the_same_order(string sample, string language)
    {
        var mail = AlertRenderer.Render(SampleAlerts.Of(sample, language), Readers.Of(language));

        var seen = Body(mail).Value;

        var at = 0;
        foreach (var line in mail.Text.Replace("--\n", "", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var words in WordsOf(line, language))
            {
                at = seen.IndexOf(words, at, StringComparison.Ordinal);
                Assert.True(at >= 0, $"\"{words}\" is missing or out of order.");
            }
        }
    }

    [Fact]
    public void Names_from_outside_are_shown_as_text_and_isolated()
    {
        var mail = Render(SampleAlerts.WrongPassword("en") with { Subject = new AlertSubject("profile", "<img src=//x.example/a onerror=alert(1)>", 7) });

        Assert.Contains("Profile “<bdi>&lt;img src=//x.example/a onerror=alert(1)&gt;</bdi>” has", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", mail.Html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Hosts_and_mailboxes_are_isolated()
    {
        var html = Mails.WrongPassword().Html;

        Assert.Contains("<bdi>imap.example.jp</bdi> does not accept the user name or password for <bdi>sales@example.jp</bdi>.", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_loaded_and_nothing_runs()
    {
        var html = Mails.WrongPassword().Html;

        var document = Body(Mails.WrongPassword());

        Assert.DoesNotContain(document.Descendants(), e => e.Name.LocalName is "script" or "img" or "link" or "iframe" or "form" or "object");
        Assert.DoesNotContain(document.Descendants().Attributes(), a => a.Name.LocalName is "src" or "background" || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
        Assert.DoesNotContain("url(", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_link_that_is_no_web_address_is_left_out()
    {
        var mail = Render(SampleAlerts.WrongPassword("en") with { Links = new AlertLinks { Do = new Uri("javascript:alert(1)"), Run = new Uri("file:///etc/passwd") } });

        Assert.DoesNotContain("javascript:", mail.Html + mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("file:", mail.Html + mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Twenty_names_are_shown_and_the_others_counted()
    {
        var name = SampleAlerts.StoreDamaged("en").Names[0];
        var mail = Render(SampleAlerts.StoreDamaged("en") with
        {
            Names = [.. Enumerable.Repeat(name, 25)],
            NamesLeftOut = 7,
            Links = new AlertLinks { Names = new Uri("https://archive01.example.jp:8462/runs/4735/messages") },
        });

        Assert.Contains("\n20. sales@example.jp", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\n21. ", mail.Text, StringComparison.Ordinal);
        Assert.Contains("and 12 more: https://archive01.example.jp:8462/runs/4735/messages\n", mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en")]
    [InlineData("ja")]
    public void The_language_is_declared(string language)
    {
        Assert.Equal(language, Document(Mails.WrongPassword(language)).Root!.Attribute("lang")!.Value);
    }

    // The text shows a label, a colon and a gap; a link its words, a colon and its address. The page shows both without the colon.
    private static IEnumerable<string> WordsOf(string line, string language)
    {
        var words = language == "en" ? Curly(line) : line;
        var colon = words.IndexOf(": ", StringComparison.Ordinal);
        var isLabeled = colon is > 0 and < 32 && !words.StartsWith("server:", StringComparison.Ordinal)
            && !words.StartsWith("サーバーの応答:", StringComparison.Ordinal) && !words.StartsWith("file ", StringComparison.Ordinal)
            && !words.StartsWith("00000012", StringComparison.Ordinal);
        if (isLabeled)
        {
            return [words[..colon], words[(colon + 2)..].Trim()];
        }

        return [words.Length > 2 && char.IsAsciiDigit(words[0]) && words[1] == '.' ? words[3..] : words];
    }

    // A server's words stand in straight quotes in both; our own are curly in the page.
    private static string Curly(string line)
    {
        if (line.StartsWith("server:", StringComparison.Ordinal))
        {
            return line;
        }

        var isOpen = false;
        return string.Concat(line.Select(character => character != '"' ? character : (isOpen = !isOpen) ? '“' : '”'));
    }

    private static XElement Body(RenderedAlert mail)
    {
        var body = Document(mail).Root!.Element("body")!;
        body.Elements("div").First().Remove(); // The hidden preheader repeats the first sentence.
        foreach (var line in body.Descendants("br"))
        {
            line.AddAfterSelf(" ");
        }

        return body;
    }

    /// <summary>Our mails are well-formed XML but for the void elements.</summary>
    private static XDocument Document(RenderedAlert mail) => XDocument.Parse(
        System.Text.RegularExpressions.Regex.Replace(mail.Html[mail.Html.IndexOf("<html", StringComparison.Ordinal)..], "<(meta|br)([^>]*)>", "<$1$2/>")
            .Replace("&nbsp;", " ", StringComparison.Ordinal),
        LoadOptions.PreserveWhitespace);

    private static RenderedAlert Render(Alert alert) => AlertRenderer.Render(alert, Readers.English);
}
