using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Core.Tests.Situations;

public sealed class SituationTextTests
{
    private static readonly CultureInfo En = CultureInfo.GetCultureInfo("en-US");
    private static readonly CultureInfo Ja = CultureInfo.GetCultureInfo("ja-JP");
    private static readonly TimeZoneInfo Tokyo = TimeZoneInfo.CreateCustomTimeZone("Tokyo", TimeSpan.FromHours(9), null, null);
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero);

    private static readonly HashSet<string> KnownPlaces =
    [
        "age", "at", "b", "channel", "column", "date", "done", "file", "folder", "free", "from", "gain", "host", "item", "job", "k", "kind", "left", "limit", "m", "missing",
        "n", "name", "names", "nas", "need", "newer", "next", "offered", "other", "owner", "p", "path", "person", "port", "rate", "reason", "row", "row2", "run", "s", "seconds", "server",
        "sha256", "since", "size", "start", "store", "time", "tlsPort", "to", "total", "uid", "user", "usual", "version",
    ];

    public static TheoryData<string> Keys => new(
        typeof(SituationKeys).GetFields(BindingFlags.Public | BindingFlags.Static).Select(constant => (string)constant.GetRawConstantValue()!));

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_situation_has_its_sentences_in_both_languages(string key)
    {
        foreach (var name in new[] { "what.en", "what.ja", "todo.en", "todo.ja" })
        {
            Assert.False(string.IsNullOrWhiteSpace(Sentences.All.Find(key, name)), $"{key} {name}");
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_place_is_known_and_closed(string key)
    {
        foreach (var name in new[] { "what.en", "what.en.one", "what.ja", "todo.en", "todo.ja", "todo.console.en" })
        {
            var text = Sentences.All.Find(key, name) ?? "";
            var places = Regex.Matches(text, @"\{(\w+)\}").Select(match => match.Groups[1].Value).ToList();
            Assert.Empty(places.Except(KnownPlaces));
            Assert.Equal(text.Count(c => c is '{' or '}'), places.Count * 2);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_two_languages_say_the_same_things(string key)
    {
        Assert.Equal(PlacesOf(key, "what.en").Union(PlacesOf(key, "todo.en")).Order(), PlacesOf(key, "what.ja").Union(PlacesOf(key, "todo.ja")).Order());
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_situation_without_values_is_a_sentence_with_ellipses(string key)
    {
        var situation = new Situation(key, ErrorClass.Unknown);

        foreach (var culture in new[] { En, Ja })
        {
            Assert.DoesNotContain("{", SituationText.What(situation, culture, Tokyo), StringComparison.Ordinal);
            Assert.DoesNotContain("{", SituationText.ToDo(situation, culture, Tokyo), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_refused_login_reads_as_it_was_written()
    {
        var situation = new Situation(SituationKeys.LoginRefused, ErrorClass.Authentication)
            .With("p", "Sales").With("since", "2026-11-23T17:00:00.0000000+00:00").With("host", "imap.example.jp").With("b", "sales@example.jp");

        Assert.Equal(
            "Profile “Sales” has archived nothing since Nov 24, 02:00 (UTC+9): imap.example.jp does not accept the user name or password for sales@example.jp.",
            SituationText.What(situation, En, Tokyo, Now));
        Assert.Equal(
            "11月24日 02:00（UTC+9）から、imap.example.jpがsales@example.jpのユーザー名またはパスワードを受け付けないため、プロファイル「Sales」のアーカイブが止まっています。",
            SituationText.What(situation, Ja, Tokyo, Now));
        Assert.Equal(
            "プロファイルに現在のパスワードを入力してください。保存するとすぐに再開します。", SituationText.ToDo(situation, Ja, Tokyo, Now));
    }

    [Fact]
    public void On_a_console_commands_stand_in_place_of_buttons()
    {
        var refused = new Situation(SituationKeys.LoginRefused, ErrorClass.Authentication).With("p", "Sales");
        var expired = new Situation(SituationKeys.TlsExpired, ErrorClass.Configuration).With("host", "imap.example.jp");

        Assert.Equal("Enter the current password: archivejobs profile set Sales --password-file FILE", SituationText.ToDoOnConsole(refused, Tokyo, Now));
        Assert.Equal("Ask the administrator of imap.example.jp to renew it; the next run after that archives again.", SituationText.ToDoOnConsole(expired, Tokyo, Now));
    }

    [Fact]
    public void A_place_without_a_value_is_left_open()
    {
        var refused = new Situation(SituationKeys.HostRefused, ErrorClass.TransientNetwork).With("host", "imap.example.jp");

        Assert.StartsWith("imap.example.jp has been refusing connections on port … since …", SituationText.What(refused, En, Tokyo, Now), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "One message in store “2026” was found damaged at Nov 24, 12:00 (UTC+9); the other 1,204,313 read back correctly.")]
    [InlineData(2, "2 messages in store “2026” were found damaged at Nov 24, 12:00 (UTC+9); the other 1,204,313 read back correctly.")]
    public void One_has_its_own_sentence(int count, string expected)
    {
        var situation = new Situation(SituationKeys.StoreDamaged, ErrorClass.StoreCorrupt)
            .With("s", "2026").With("n", count).With("m", 1_204_313).With("at", Now.ToString("O", CultureInfo.InvariantCulture));

        Assert.Equal(expected, SituationText.What(situation, En, Tokyo, Now));
    }

    [Theory]
    [InlineData("next", "2027-01-31T15:00:00Z", "Feb 1, 2027, 00:00 (UTC+9)", "2027年2月1日 00:00（UTC+9）")]
    [InlineData("n", "1204", "1,204", "1,204")]
    [InlineData("size", "999", "999 bytes", "999 bytes")]
    [InlineData("size", "3200000000", "3.2 GB", "3.2 GB")]
    [InlineData("size", "412000000000", "412 GB", "412 GB")]
    [InlineData("time", "02:05:09", "2 h 5 min", "2時間5分")]
    [InlineData("time", "1.02:00:00", "1 day 2 h", "1日2時間")]
    [InlineData("p", "a\u202Eb", "a\uFFFDb", "a\uFFFDb")]
    [InlineData("p", "12345678901234567890XXXX12345678901234567890", "1234567890123456789…2345678901234567890", "1234567890123456789…2345678901234567890")]
    [InlineData("host", "12345678901234567890XXXX12345678901234567890", "12345678901234567890XXXX12345678901234567890", "12345678901234567890XXXX12345678901234567890")]
    [InlineData("to", "ops@example.jp", "ops@example.jp", "ops@example.jp")]
    [InlineData("reason", "cut-short", "stops in the middle", "途中で途切れる")]
    [InlineData("reason", "odd", "odd", "odd")]
    [InlineData("n", "many", "many", "many")]
    public void Values_are_written_as_people_read_them(string name, string value, string en, string ja)
    {
        var values = new Dictionary<string, string> { [name] = value };

        Assert.Equal(en, new ValueText(false, En, Tokyo, Now).Format(name, values));
        Assert.Equal(ja, new ValueText(true, Ja, Tokyo, Now).Format(name, values));
    }

    [Theory]
    [InlineData("Asia/Tokyo", "Nov 24, 02:00 (UTC+9)")]
    [InlineData("Asia/Kolkata", "Nov 23, 22:30 (UTC+5:30)")]
    [InlineData("America/New_York", "Nov 23, 12:00 (UTC-5)")]
    [InlineData("UTC", "Nov 23, 17:00 (UTC)")]
    public void Instants_have_the_zone_of_the_reader(string zone, string expected)
    {
        var values = new Dictionary<string, string> { ["since"] = "2026-11-23T17:00:00.0000000+00:00" };

        Assert.Equal(expected, new ValueText(false, En, TimeZoneInfo.FindSystemTimeZoneById(zone), Now).Format("since", values));
    }

    [Fact]
    public void A_job_is_called_by_what_it_works_on()
    {
        var values = new Dictionary<string, string> { ["p"] = "Sales" };

        Assert.Equal("archiving of profile “Sales”", SituationText.JobName("RunProfile", values, En));
        Assert.Equal("プロファイル「Sales」のアーカイブ", SituationText.JobName("RunProfile", values, Ja));
        Assert.Equal("archiving", SituationText.JobName("RunProfile", new Dictionary<string, string>(), En));
        Assert.Equal("Unheard", SituationText.JobName("Unheard", values, En));
    }

    [Fact]
    public void An_unknown_key_is_shown_as_itself()
    {
        Assert.Equal("newer.thing", SituationText.What(new Situation("newer.thing", ErrorClass.Unknown), En, Tokyo));
    }

    [Fact]
    public void A_situation_survives_its_way_through_json()
    {
        var situation = new Situation(SituationKeys.HostRefused, ErrorClass.TransientNetwork) { ServerWords = "NO \"[BUSY]\" 「混雑」" }.With("host", "h").With("port", 993);

        var read = SituationJson.Read(SituationJson.Write(situation));

        Assert.Equal((situation.Key, situation.Class, situation.ServerWords), (read.Key, read.Class, read.ServerWords));
        Assert.Equal(situation.Values, read.Values);
        Assert.Equal(ErrorClass.Unknown, SituationJson.Read("""{"key":"k","class":"Later"}""").Class);
    }

    private static IEnumerable<string> PlacesOf(string key, string name) =>
        Regex.Matches(Sentences.All.Find(key, name) ?? "", @"\{(\w+)\}").Select(match => match.Groups[1].Value);
}
