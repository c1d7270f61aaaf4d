using System.Xml.Linq;

namespace ArchiveJobs.Architecture.Tests;

/// <summary>The files of the repository as they lie on disk.</summary>
internal static class Repository
{
    private static readonly string[] Rooms = ["src", "jobs", "dashboard", "notifications"];

    public static string Root { get; } = FindRoot();

    /// <summary>Name of each project of the product (not the tests) and its file.</summary>
    public static IReadOnlyDictionary<string, string> ProductProjects { get; } = FindProjects(Rooms);

    public static IReadOnlyDictionary<string, string> AllProjects { get; } = FindProjects([.. Rooms, "tests"]);

    public static IReadOnlyList<string> ReferencesOf(string projectFile) =>
        [.. XDocument.Load(projectFile).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))];

    public static IReadOnlyList<string> PackagesOf(string projectFile) =>
        [.. XDocument.Load(projectFile).Descendants("PackageReference").Select(reference => reference.Attribute("Include")!.Value)];

    public static IEnumerable<string> SourceFiles(params string[] folders) =>
        folders.Select(folder => Path.Combine(Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal));

    private static Dictionary<string, string> FindProjects(string[] folders) =>
        folders.Select(folder => Path.Combine(Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, file => file, StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ArchiveJobs.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("ArchiveJobs.sln lies in no folder above the tests.");
    }
}
