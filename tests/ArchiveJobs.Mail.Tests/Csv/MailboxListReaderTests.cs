using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Mail.Csv;

namespace ArchiveJobs.Mail.Tests.Csv;

public sealed class MailboxListReaderTests
{
    static MailboxListReaderTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("u,p,a,m\ntaro,secret,taro@example.jp,t.sato\n")]
    [InlineData("any;thing;at;all\r\ntaro;secret;taro@example.jp;t.sato\r\n")]
    [InlineData("u,p,a,m\n\"taro\",\"secret\",\"taro@example.jp\",\"t.sato\"")]
    [InlineData("\"ユーザー,名\";パスワード\ntaro;secret; taro@example.jp ;t.sato;more;columns\n;;;\n")]
    [InlineData("\"user\nname\",password\ntaro,secret,taro@example.jp,t.sato\n")]
    public void A_row_is_read_whatever_the_header_says(string text)
    {
        var row = Assert.Single(Read(text));

        Assert.Equal(("taro", "secret", "taro@example.jp", "t.sato"), (row.User, row.Password, row.Address, row.ArchiveUser));
    }

    [Theory]
    [InlineData("u,p\ntaro,secret\n")]
    [InlineData("u,p,a,m\ntaro,secret,,\n")]
    [InlineData("u,p,a,m\ntaro,secret, ,\"\"\n")]
    public void A_blank_archive_user_is_the_user_name_at_the_server(string text)
    {
        var row = Assert.Single(Read(text));

        Assert.Equal((null, "taro"), (row.Address, row.ArchiveUser));
    }

    [Fact]
    public void A_password_is_taken_exactly_as_it_stands()
    {
        var rows = Read("u,p\na, x \nb,\"p,\"\";q\"\nc,pa\"ss\nd,p;ass\n");

        Assert.Equal([" x ", "p,\";q", "pa\"ss", "p;ass"], rows.Select(row => row.Password));
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("shift_jis", false)]
    public void Japanese_text_is_read_in_each_encoding_a_spreadsheet_writes(string charset, bool mark)
    {
        var encoding = Encoding.GetEncoding(charset);
        byte[] octets = [.. mark ? encoding.Preamble : [], .. encoding.GetBytes("ユーザー,パスワード,アドレス,名前\r\ntaro,ひみつ表,,佐藤\r\n")];

        var row = Assert.Single(MailboxListReader.Read(new MemoryStream(octets), "list.csv"));

        Assert.Equal(("taro", "ひみつ表", "佐藤"), (row.User, row.Password, row.ArchiveUser));
    }

    [Fact]
    public void Rows_are_numbered_as_in_a_spreadsheet() =>
        Assert.Equal([2, 5], Read("u,p\na,1\n\n,,\nb,2\n").Select(row => row.Row));

    [Theory]
    [InlineData("u,p\na,1\nb\n", "3", "password")]
    [InlineData("u,p\n,1\n", "2", "user")]
    [InlineData("u,p\n", "2", "user")]
    [InlineData("", "2", "user")]
    [InlineData("u,p\na,\"1\nb,2\nc,3\n", "2", "password")]
    [InlineData("u,p\na,1\nb,\"2", "3", "password")]
    [InlineData("u,p\nb,\"2\"x\n", "2", "password")]
    public void A_row_without_its_columns_is_named(string text, string row, string column)
    {
        var situation = Refused(text);

        Assert.Equal((SituationKeys.CsvColumns, ErrorClass.Configuration), (situation.Key, situation.Class));
        Assert.Equal(("list.csv", row, column), (situation.Values["file"], situation.Values["row"], situation.Values["column"]));
    }

    [Fact]
    public void Empty_passwords_are_counted()
    {
        var situation = Refused("u,p\na,1\nb,\nc,2\nd, \n");

        Assert.Equal((SituationKeys.CsvPasswordEmpty, "2", "3"), (situation.Key, situation.Values["n"], situation.Values["row"]));
    }

    [Fact]
    public void A_mailbox_named_twice_is_refused()
    {
        var situation = Refused("u,p\na,1\nb,2\n A ,3\n");

        Assert.Equal((SituationKeys.CsvDuplicate, "2", "4", "A"), (situation.Key, situation.Values["row"], situation.Values["row2"], situation.Values["b"]));
    }

    [Theory]
    [InlineData("u,p\na,1\nb,\u00FF\u00FF\n", "3")]
    [InlineData("u,p\na,\u00E3\u0081\u0082\nb,\u0082\u00A0\n", "3")]
    public void Characters_of_no_encoding_are_named_by_their_row(string latin1, string row)
    {
        var failure = Assert.Throws<ArchiveException>(() => MailboxListReader.Read(new MemoryStream(Encoding.Latin1.GetBytes(latin1)), "list.csv"));

        Assert.Equal((SituationKeys.CsvEncoding, row), (failure.Situation.Key, failure.Situation.Values["row"]));
    }

    [Theory]
    [InlineData("u,p\na,hunter2\na,hunter2\n")]
    [InlineData("u,p\na,\"hunter2\n")]
    [InlineData("u,p\na,hunter2\nhunter2\n")]
    [InlineData("u,p\n,hunter2\n")]
    public void No_password_stands_in_what_is_said(string text)
    {
        var failure = Assert.Throws<ArchiveException>(() => Read(text));

        Assert.DoesNotContain("hunter2", failure.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", string.Concat(failure.Situation.Values.Values), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", new MailboxListRow(2, "a", "hunter2", null, "a").ToString(), StringComparison.Ordinal);
    }

    private static IReadOnlyList<MailboxListRow> Read(string text) => MailboxListReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "list.csv");

    private static Situation Refused(string text) => Assert.Throws<ArchiveException>(() => Read(text)).Situation;
}
