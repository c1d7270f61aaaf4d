using System.Reflection;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Core.Tests;

public sealed class SituationSentencesTests
{
    private static readonly Dictionary<string, string> Values = new() { ["p"] = "Sales", ["since"] = "Nov 24, 02:00 (UTC+9)" };

    [Fact]
    public void Every_key_has_its_sentences()
    {
        var keys = typeof(SituationKeys).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetRawConstantValue()!);

        Assert.Empty(keys.Except(SituationSentences.Keys));
    }

    [Fact]
    public void Places_take_the_values_of_the_situation_and_of_the_run()
    {
        var refused = new Situation(SituationKeys.LoginRefused, ErrorClass.Authentication).With("host", "imap.example.jp").With("b", "sales@example.jp");

        Assert.Equal(
            "Profile \"Sales\" has archived nothing since Nov 24, 02:00 (UTC+9): imap.example.jp does not accept the user name or password for sales@example.jp.",
            SituationSentences.What(refused, SentenceLanguage.English, Values));
        Assert.Equal(
            "Enter the current password: archivejobs profile set Sales --password-file FILE",
            SituationSentences.ToDoOnConsole(refused, Values));
    }

    [Fact]
    public void A_place_without_a_value_is_left_open()
    {
        var refused = new Situation(SituationKeys.HostRefused, ErrorClass.TransientNetwork).With("host", "imap.example.jp");

        Assert.StartsWith("imap.example.jp has been refusing connections on port …", SituationSentences.What(refused, SentenceLanguage.English, Values), StringComparison.Ordinal);
    }

    [Fact]
    public void Japanese_sentences_are_found_by_the_same_key()
    {
        var missing = new Situation(SituationKeys.PathMissing, ErrorClass.Configuration).With("path", "/mail");

        Assert.Contains("パス/mailが見つからないため", SituationSentences.What(missing, SentenceLanguage.Japanese, Values), StringComparison.Ordinal);
    }
}
