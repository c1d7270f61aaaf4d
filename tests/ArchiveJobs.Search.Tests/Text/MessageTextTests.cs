using ArchiveJobs.Core;

namespace ArchiveJobs.Search.Tests.Text;

public sealed class MessageTextTests : IDisposable
{
    private readonly SearchRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("visible", true)]
    [InlineData("estimate", true)]
    [InlineData("\"M&A talks\"", true)]
    [InlineData("naïve", true)]
    [InlineData("\"one two\"", true)]
    [InlineData("hidden", false)]
    [InlineData("alert", false)]
    [InlineData("comment", false)]
    [InlineData("tracker", false)]
    [InlineData("onetwo", false)]
    [InlineData("見積", true)]
    [InlineData("after", true)]
    public async Task Of_html_the_words_are_found_and_nothing_else(string query, bool isFound)
    {
        var id = _rig.Add([.. "Subject: x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"u8, .. System.Text.Encoding.UTF8.GetBytes(
            "<html><head><style>.hidden{}</style><script>if (1 > 0) alert('x');</script></head><!-- a comment > here --><body class=\"a>b\">"
            + "<p>vis<b>ible</b></p><td>one</td><td>two</td>esti<wbr>mate M&amp;A talks na&iuml;ve <img src=\"http://tracker.example/\" alt='a > b'>見<span>積</span> 3 < 4 after</body>")]);
        await _rig.CatchUpAsync();

        Assert.Equal(isFound ? [id] : [], await _rig.FindAsync(query));
    }

    [Theory]
    [InlineData("attachment:estimate")]
    [InlineData("attachment:estimate_2026-01.pdf")]
    [InlineData("attachment:見積書.xlsx")]
    [InlineData("見積書")]
    [InlineData("attachment:notes")]
    [InlineData("body:insidethenotes")]
    [InlineData("body:forwardedsubject")]
    [InlineData("body:forwardedbody")]
    [InlineData("body:hanako@example.jp")]
    [InlineData("cc:keiri")]
    [InlineData("to:keiri")]
    [InlineData("body:quoted")]
    public async Task Attachments_and_messages_inside_are_found(string query)
    {
        var id = _rig.Add(Mail.Ascii(
            "From: a@example.jp", "Cc: keiri@example.jp", "Subject: x", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=b", "", "--b",
            "Content-Transfer-Encoding: quoted-printable", "", "quo=", "ted", "--b",
            "Content-Type: application/pdf; name=\"estimate_2026-01.pdf\"", "Content-Transfer-Encoding: base64", "", "AAAA", "--b",
            "Content-Type: application/octet-stream", "Content-Disposition: attachment; filename*=UTF-8''%E8%A6%8B%E7%A9%8D%E6%9B%B8.xlsx", "", "x", "--b",
            "Content-Type: text/plain; name=notes.txt", "Content-Disposition: attachment", "Content-Transfer-Encoding: base64", "", Convert.ToBase64String("insidethenotes"u8), "--b",
            "Content-Type: message/rfc822", "", "From: hanako@example.jp", "Subject: forwardedsubject", "", "forwardedbody", "--b--"));
        await _rig.CatchUpAsync();

        Assert.Equal([id], await _rig.FindAsync(query));
    }

    [Fact]
    public async Task No_phrase_reaches_from_one_address_or_part_to_the_next()
    {
        _rig.Add(Mail.Text("x", to: "Taro <taro@one.example>, Hanako <hanako@two.example>"));
        await _rig.CatchUpAsync();

        Assert.Single(await _rig.FindAsync("to:\"taro one example\""));
        Assert.Empty(await _rig.FindAsync("to:\"example hanako\""));
    }

    [Fact]
    public async Task Without_a_date_the_last_hop_counts_and_without_any_a_message_is_the_oldest()
    {
        var received = _rig.Add(Mail.Ascii("Received: from a by b; Tue, 3 Feb 2026 10:00:00 +0900", "Received: from c by d; Mon, 2 Feb 2026 10:00:00 +0900", "Subject: x", "", "x"));
        var dateless = _rig.Add(Mail.Ascii("Subject: y", "", "y"));
        await _rig.CatchUpAsync();

        Assert.Equal([received], await _rig.FindAsync("date:2026-02-03"));
        Assert.Equal([received, dateless], (await _rig.PageAsync("", newestFirst: true)).Hits.Select(hit => hit.Id));
        Assert.Empty(await _rig.FindAsync("before:2026-01"));
    }

    [Theory]
    [InlineData("Fri, 1 Jan 9999 10:00:00 +0000")]
    [InlineData("Fri, 1 Jan 1000 10:00:00 +0000")]
    [InlineData("yesterday")]
    public async Task An_incredible_date_is_none(string date)
    {
        var incredible = _rig.Add(Mail.Text(date: date));
        var credible = _rig.Add(Mail.Text(date: "Fri, 31 Dec 5999 10:00:00 +0000"));
        await _rig.CatchUpAsync();

        Assert.Equal([credible], await _rig.FindAsync("after:1960"));
        Assert.Equal([credible, incredible], (await _rig.PageAsync("", newestFirst: true)).Hits.Select(hit => hit.Id));
    }

    [Fact]
    public async Task A_raw_eight_bit_subject_is_guessed()
    {
        ContentId[] ids =
        [
            _rig.Add([.. "Subject: "u8, .. Mail.Encoding("shift_jis").GetBytes("四月分の請求書を送付いたします"), .. "\r\n\r\nx"u8]),
            _rig.Add([.. "Subject: "u8, .. System.Text.Encoding.UTF8.GetBytes("五月分の請求書を送付いたします"), .. "\r\n\r\nx"u8]),
            _rig.Add([.. "Subject: "u8, .. Mail.Encoding("iso-2022-jp").GetBytes("六月分の請求書を送付いたします"), .. "\r\n\r\nx"u8]),
        ];
        await _rig.CatchUpAsync();

        Assert.Equal(ids.Order(), await _rig.FindAsync("subject:請求書"));
    }
}
