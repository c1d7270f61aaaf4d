using System.Text;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Mail.Mime;
using ArchiveJobs.Mail.Tests.Files;

namespace ArchiveJobs.Mail.Tests.Mime;

public sealed class EnvelopeTests
{
    static EnvelopeTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Fact]
    public void Plain_fields_are_shown_on_one_line()
    {
        var envelope = Read("Received: x\nSUBJECT : one\r\n\ttwo\nFrom: \"Kim, Alex\" <alex@example.com>\nTo: a@example.com,\n b@example.com\nMessage-ID: <1@example.com>\nDate: Mon, 02 Nov 2026 09:12:05 +0900\n\nSubject: body\n");

        Assert.Equal(
            new MessageEnvelope("one two", "Kim, Alex <alex@example.com>", "a@example.com, b@example.com", "1@example.com", new DateTimeOffset(2026, 11, 2, 9, 12, 5, TimeSpan.FromHours(9))),
            envelope);
    }

    [Fact]
    public void Absent_fields_are_empty() => Assert.Equal(MessageEnvelope.Empty, Read("X: y\n\nSubject: in the body\n"));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("Subject")]
    [InlineData("Subject:")]
    [InlineData(":\n : \n")]
    public void Broken_headers_give_an_empty_envelope(string header) => Assert.Equal(MessageEnvelope.Empty, Read(header));

    [Theory]
    [InlineData("=?utf-8?B?6K2w5LqL6Yyy?=", "議事録")]
    [InlineData("=?ISO-2022-JP?B?GyRCOCtAUSROJCo0aiQkGyhC?=", "見積のお願い")]
    [InlineData("=?utf-8?Q?a_b?=\n =?utf-8?Q?c?=", "a bc")]
    [InlineData("a=b =? not one", "a=b =? not one")]
    [InlineData("=?windows-1251?Q?=D1=F7=E5=F2?= 7", "Счет 7")]
    public void Encoded_words_are_decoded(string field, string expected) => Assert.Equal(expected, Read($"Subject: {field}\n\n").Subject);

    [Theory]
    [InlineData("utf-8", "納期の確認について")]
    [InlineData("shift_jis", "納期の確認について")]
    [InlineData("euc-jp", "納期の確認について")]
    [InlineData("iso-2022-jp", "会議室の変更")]
    public void Raw_Japanese_subjects_are_read_whatever_their_charset(string charset, string subject)
    {
        byte[] message = [.. "Subject: "u8, .. Encoding.GetEncoding(charset).GetBytes(subject), .. "\n\n"u8];

        Assert.Equal(subject, new MessageStructure().ReadEnvelope(message).Subject);
    }

    [Theory]
    [InlineData("windows-1251", "Счет за ноябрь")]
    [InlineData("windows-1252", "Größe übertragen")]
    [InlineData("iso-8859-2", "Zażółć")]
    public void Raw_subjects_are_read_in_the_charset_of_the_message(string charset, string subject)
    {
        byte[] message = [.. "Subject: "u8, .. Encoding.GetEncoding(charset).GetBytes(subject), .. Encoding.ASCII.GetBytes($"\nContent-Type: text/plain; charset=\"{charset}\"\n\n")];

        Assert.Equal(subject, new MessageStructure().ReadEnvelope(message).Subject);
    }

    [Fact]
    public void Addresses_with_encoded_names_are_decoded() => Assert.Equal(
        "佐藤 花子 <sato@example.jp>, plain@example.jp",
        Read("From: =?utf-8?B?5L2Q6JekIOiKseWtkA==?= <sato@example.jp>,\n plain@example.jp\n\n").From);

    [Fact]
    public void Addresses_that_cannot_be_parsed_are_shown_as_text() => Assert.Equal("議事録 <<<", Read("From: =?utf-8?B?6K2w5LqL6Yyy?= <<<\n\n").From);

    [Fact]
    public void Control_characters_become_spaces() => Assert.Equal("a b c", Read("Subject: a\0b\tc\x07\n\n").Subject);

    [Fact]
    public void Fields_are_cut_at_a_thousand_characters_but_not_inside_one()
    {
        Assert.Equal(new string('x', 1000), Read($"Subject: {new string('x', 5000)}\n\n").Subject);

        byte[] pictures = [.. "Subject: x"u8, .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("😀", 600))), .. "\n\n"u8];
        Assert.Equal(999, new MessageStructure().ReadEnvelope(pictures).Subject.Length);
    }

    [Fact]
    public void An_unreadable_date_is_absent() => Assert.Null(Read("Date: yesterday\n\n").Date);

    [Fact]
    public void The_first_of_several_equal_fields_counts() => Assert.Equal("one", Read("Subject: one\nSubject: two\n\n").Subject);

    [Theory]
    [InlineData("eml/Japanese/07-iso-2022-jp.eml", "見積のお願い")]
    [InlineData("eml/Japanese/08-shift-jis-raw-header.eml", "納期の確認について")]
    [InlineData("eml/Japanese/09-iso-2022-jp-raw-header.eml", "会議室の変更")]
    [InlineData("eml/Broken/23-windows-1251.eml", "Счет за ноябрь")]
    [InlineData("eml/Broken/25-no-headers.eml", "")]
    public void Subjects_of_the_samples_are_read(string file, string subject) =>
        Assert.Equal(subject, new MessageStructure().ReadEnvelope(File.ReadAllBytes(Samples.Path(file))).Subject);

    private static MessageEnvelope Read(string latin1) => new MessageStructure().ReadEnvelope(Encoding.Latin1.GetBytes(latin1));
}
