using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master.Paths;

namespace ArchiveJobs.Scheduling.Tests;

public sealed class PathRulesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("archivejobs-paths-").FullName;

    public PathRulesTests()
    {
        foreach (var name in new[] { "data/keys", "data/exports", "mail/inbox", "secret" })
        {
            Directory.CreateDirectory(In(name));
        }
    }

    private PathRules Rules => new(In("data"), [In("mail")], TimeProvider.System);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("mail")]
    [InlineData("mail/inbox")]
    [InlineData("mail/not/there/yet")]
    [InlineData("data/exports/2026")]
    [InlineData("data-backups/daily")]
    public void What_lies_below_a_root_may_be_named(string path)
    {
        Assert.Equal(In(path), Rules.Check(In(path)));
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("mail-of-others")]
    [InlineData("data")]
    [InlineData("data/keys")]
    [InlineData("data/exports-not")]
    [InlineData("")]
    [InlineData("mail/../secret")]
    [InlineData("mail/inbox/../../secret")]
    [InlineData("mail/not/there/../../../secret")]
    [InlineData("mail/a\nb")]
    public void What_lies_elsewhere_may_not(string path)
    {
        var refused = Assert.Throws<ArchiveException>(() => Rules.Check(In(path)));

        Assert.Equal((SituationKeys.PathNotAllowed, ErrorClass.Refused), (refused.Situation.Key, refused.Situation.Class));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mail")]
    [InlineData("./mail/inbox")]
    public void A_path_is_written_whole(string path)
    {
        Assert.Throws<ArchiveException>(() => Rules.Check(path));
    }

    [Fact]
    public void Dots_that_stay_inside_are_taken_out()
    {
        Assert.Equal(In("mail/inbox"), Rules.Check(In("mail/./other/../inbox/")));
    }

    [Fact]
    public void A_link_that_leads_out_is_refused()
    {
        Directory.CreateSymbolicLink(In("mail/out"), In("secret"));
        Directory.CreateSymbolicLink(In("mail/relative"), "../secret");
        Directory.CreateSymbolicLink(In("mail/dangling"), In("secret/nothing"));
        File.CreateSymbolicLink(In("mail/file.mbox"), In("data/keys/master.key"));

        foreach (var path in new[] { "mail/out", "mail/out/deeper", "mail/relative", "mail/dangling/x", "mail/file.mbox" })
        {
            Assert.Throws<ArchiveException>(() => Rules.Check(In(path)));
        }
    }

    [Fact]
    public void A_link_that_stays_inside_is_followed()
    {
        Directory.CreateSymbolicLink(In("mail/link"), In("mail/inbox"));

        Assert.Equal(In("mail/inbox/new"), Rules.Check(In("mail/link/new")));
    }

    [Fact]
    public void Dots_after_a_link_go_up_from_where_it_leads()
    {
        Directory.CreateDirectory(In("secret/deep"));
        Directory.CreateSymbolicLink(In("mail/deep"), In("secret/deep"));

        // As text it would be mail/inbox.
        Assert.Throws<ArchiveException>(() => Rules.Check(In("mail/deep/../inbox")));
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        Directory.CreateSymbolicLink(In("mail/a"), In("mail/b"));
        Directory.CreateSymbolicLink(In("mail/b"), In("mail/a"));

        Assert.Throws<ArchiveException>(() => Rules.Check(In("mail/a/x")));
    }

    [Fact]
    public void A_root_that_is_a_link_allows_where_it_leads()
    {
        Directory.CreateDirectory(In("disk2"));
        Directory.CreateSymbolicLink(In("data-backups"), In("disk2"));

        Assert.Equal(In("disk2/daily"), Rules.Check(In("data-backups/daily")));
    }

    [Fact]
    public void A_root_around_the_data_directory_opens_neither_it_nor_what_holds_it()
    {
        var rules = new PathRules(In("data"), [_folder], TimeProvider.System);

        Assert.Equal(In("secret"), rules.Check(In("secret")));
        Assert.Equal(In("data/exports/x"), rules.Check(In("data/exports/x")));
        foreach (var path in new[] { "data", "data/keys", "data/master.db" })
        {
            Assert.Throws<ArchiveException>(() => rules.Check(In(path)));
        }

        Assert.Throws<ArchiveException>(() => rules.Check(_folder));
    }

    [Fact]
    public void A_root_is_written_whole()
    {
        var refused = Assert.Throws<ArchiveException>(() => new PathRules(In("data"), ["mail"], TimeProvider.System));

        Assert.Equal(SituationKeys.PathRootRelative, refused.Situation.Key);
    }

    [Fact]
    public void Roots_are_separated_as_in_PATH()
    {
        Assert.Equal(["/a", "/b c"], PathRules.Split($"/a{Path.PathSeparator}{Path.PathSeparator} /b c"));
        Assert.Empty(PathRules.Split(null));
    }

    private string In(string path) => path.Length == 0 ? "" : Path.Combine(_folder, path);
}
