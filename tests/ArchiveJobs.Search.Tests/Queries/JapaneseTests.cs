namespace ArchiveJobs.Search.Tests.Queries;

public sealed class JapaneseTests : IDisposable
{
    private readonly SearchRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("iso-2022-jp", "iso-2022-jp")]
    [InlineData("shift_jis", "shift_jis")]
    [InlineData("shift_jis", "windows-31j")]
    [InlineData("shift_jis", "us-ascii")]
    [InlineData("euc-jp", "euc-jp")]
    [InlineData("utf-8", "utf-8")]
    [InlineData("utf-8", null)]
    [InlineData("utf-8", "iso-8859-1")]
    [InlineData("utf-8", "x-invented")]
    [InlineData("iso-2022-jp", null)]
    [InlineData("shift_jis", "utf-8")]
    [InlineData("euc-jp", null)]
    public async Task A_word_is_found_in_whatever_charset_the_mail_came(string charset, string? label)
    {
        var id = _rig.Add(Mail.InCharset(charset, label, "お世話になっております。\r\n先日ご依頼いただいた見積書をお送りします。ご確認ください。\r\n"));
        await _rig.CatchUpAsync();

        Assert.Equal([id], await _rig.FindAsync("見積"));
        Assert.Equal([id], await _rig.FindAsync("body:見積書"));
        Assert.Empty(await _rig.FindAsync("積見"));
    }

    [Theory]
    [InlineData("iso-2022-jp")]
    [InlineData("shift_jis")]
    [InlineData("utf-8")]
    public async Task A_subject_is_found_in_whatever_charset_it_is_encoded(string charset)
    {
        var id = _rig.Add(Mail.Text(Mail.EncodedWord(charset, "四月分の請求書について"), $"{Mail.EncodedWord(charset, "田中太郎")} <tanaka@example.jp>"));
        await _rig.CatchUpAsync();

        Assert.Equal([id], await _rig.FindAsync("subject:請求書"));
        Assert.Equal([id], await _rig.FindAsync("from:田中"));
        Assert.Equal([id], await _rig.FindAsync("差出人:田中太郎"));
    }

    [Theory]
    [InlineData("税")]
    [InlineData("消")]
    [InlineData("す")]
    [InlineData("金")]
    [InlineData("消費税")]
    [InlineData("\"消費税\"")]
    [InlineData("税率10")]
    [InlineData("率10")]
    [InlineData("10%です")]
    [InlineData("第3回")]
    [InlineData("第3")]
    [InlineData("アーカイブ")]
    [InlineData("ｱｰｶｲﾌﾞ")]
    [InlineData("（株）田中")]
    [InlineData("㈱田中")]
    [InlineData("打ち合わせ")]
    [InlineData("見積*")]
    [InlineData("𠮷野家")]
    [InlineData("𠮷")]
    [InlineData("PDF添付")]
    [InlineData("pdf")]
    [InlineData("葛飾")]
    public async Task Single_characters_parts_and_other_widths_are_found(string query)
    {
        var id = _rig.Add(Mail.Text("見積", body:
            "消費税率１０％です。第3回の打ち合\r\nわせは㈱田中で。ｱｰｶｲﾌﾞの代金。𠮷野家、ＰＤＦ添付。\r\n葛\U000E0100飾区"));
        _rig.Add(Mail.Text("その他", body: "関係の無い文。"));
        await _rig.CatchUpAsync();

        Assert.Equal([id], await _rig.FindAsync(query));
    }

    [Theory]
    [InlineData("\"費税消\"")]
    [InlineData("京東")]
    [InlineData("東都")]
    [InlineData("第4回")]
    [InlineData("庁請")]
    public async Task Characters_that_do_not_stand_together_find_nothing(string query)
    {
        _rig.Add(Mail.Text("消費税", body: "東京都庁\r\n\r\n請求書。第3回"));
        await _rig.CatchUpAsync();

        Assert.Empty(await _rig.FindAsync(query));
    }

    [Fact]
    public async Task A_word_cut_by_the_wrapping_of_lines_is_found()
    {
        var id = _rig.Add(Mail.Text("x", body: "来週の定例会議の議事\r\n録を添付します"));
        await _rig.CatchUpAsync();

        Assert.Equal([id], await _rig.FindAsync("議事録"));
    }
}
