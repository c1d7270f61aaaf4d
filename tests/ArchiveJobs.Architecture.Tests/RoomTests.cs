namespace ArchiveJobs.Architecture.Tests;

/// <summary>Who may know whom: the table of ARCHITECTURE.md. Only the worker knows everybody.</summary>
public sealed class RoomTests
{
    private const string Worker = "ArchiveJobs.Worker";

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["ArchiveJobs.Core"] = [],
        ["ArchiveJobs.Storage"] = ["ArchiveJobs.Core"],
        ["ArchiveJobs.Search"] = ["ArchiveJobs.Core"],
        ["ArchiveJobs.Mail"] = ["ArchiveJobs.Core"],
        ["ArchiveJobs.Master"] = ["ArchiveJobs.Core"],
        ["ArchiveJobs.Master.Sqlite"] = ["ArchiveJobs.Core", "ArchiveJobs.Master"],
        ["ArchiveJobs.Master.PostgreSql"] = ["ArchiveJobs.Core", "ArchiveJobs.Master"],
        ["ArchiveJobs.Master.SqlServer"] = ["ArchiveJobs.Core", "ArchiveJobs.Master"],
        ["ArchiveJobs.Scheduling"] = ["ArchiveJobs.Core", "ArchiveJobs.Master"],
        ["ArchiveJobs.Jobs"] = ["ArchiveJobs.Core", "ArchiveJobs.Master", "ArchiveJobs.Scheduling"],
        ["ArchiveJobs.Notifications"] = ["ArchiveJobs.Core", "ArchiveJobs.Master"],
        ["ArchiveJobs.Dashboard"] = ["ArchiveJobs.Core", "ArchiveJobs.Master", "ArchiveJobs.Scheduling"],
    };

    [Fact]
    public void Every_room_knows_only_the_rooms_it_may_know()
    {
        var strangers =
            from project in Repository.ProductProjects
            where project.Key != Worker
            from reference in Repository.ReferencesOf(project.Value)
            where !Allowed.GetValueOrDefault(project.Key, []).Contains(reference)
            select $"{project.Key} -> {reference}";

        Assert.Empty(strangers);
    }

    [Fact]
    public void Every_room_has_its_line_in_the_table()
    {
        Assert.Empty(Repository.ProductProjects.Keys.Except(Allowed.Keys).Except([Worker]));
    }

    [Fact]
    public void Core_uses_no_packages()
    {
        Assert.Empty(Repository.PackagesOf(Repository.ProductProjects["ArchiveJobs.Core"]));
    }

    [Fact]
    public void Nothing_of_the_product_knows_the_tests()
    {
        var references = Repository.ProductProjects.Values.SelectMany(Repository.ReferencesOf);

        Assert.DoesNotContain(references, reference => reference.EndsWith(".Tests", StringComparison.Ordinal) || reference == "ArchiveJobs.TestKit");
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "ArchiveJobs.sln"));

        Assert.DoesNotContain(Repository.AllProjects, project => !solution.Contains($"{project.Key}.csproj\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_project_has_its_lock_file()
    {
        Assert.DoesNotContain(Repository.AllProjects.Values, project => !File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json")));
    }

    [Fact]
    public void Package_versions_stand_in_one_place()
    {
        var versions = Repository.AllProjects.Values.Where(project =>
            System.Xml.Linq.XDocument.Load(project).Descendants("PackageReference").Any(reference => reference.Attribute("Version") is not null));

        Assert.Empty(versions);
    }
}
