using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Master.Paths;

/// <summary>
/// Which paths may come over HTTP (REST and dashboard): those below the allowed roots, links resolved. Who types on the command line has the machine's own rights and
/// is not asked here. Thread-safe.
/// </summary>
public sealed class PathRules
{
    /// <summary>Further roots, separated as in PATH.</summary>
    public const string Variable = "ARCHIVEJOBS_ALLOWED_ROOTS";

    private readonly string _dataDirectory;
    private readonly TimeProvider _time;

    /// <param name="dataDirectory">Absolute.</param>
    /// <param name="moreRoots">Absolute; beside the two that every installation has.</param>
    /// <exception cref="ArchiveException">A root is not absolute (Configuration).</exception>
    public PathRules(string dataDirectory, IEnumerable<string> moreRoots, TimeProvider time)
    {
        _dataDirectory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory));
        _time = time;
        Roots = [Path.Combine(_dataDirectory, "exports"), _dataDirectory + "-backups", .. moreRoots.Select(Absolute)];
    }

    /// <summary>As configured; they need not exist. A backup may not lie in the data directory, so its root stands beside it.</summary>
    public IReadOnlyList<string> Roots { get; }

    /// <summary>Roots as the environment names them.</summary>
    public static IEnumerable<string> Split(string? roots) =>
        (roots ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <returns>The path without links and "..": use this one, not the one that was given, which may lead elsewhere by then.</returns>
    /// <exception cref="ArchiveException">It is not absolute, or lies outside the roots (Refused). Nothing was opened or made.</exception>
    public string Check(string path)
    {
        if (path.Length == 0 || path.Any(char.IsControl) || !Path.IsPathFullyQualified(path) || RealPath.Find(path) is not { } real)
        {
            throw Refuse(path);
        }

        var data = RealPath.Find(_dataDirectory) ?? _dataDirectory;
        var isAllowed = Roots.Any(root => IsAllowed(real, RealPath.Find(root), data));

        // A folder around the data directory would lead the reader of a folder tree to the keys.
        return isAllowed && !IsIn(data, real) ? real : throw Refuse(path);
    }

    /// <summary>What lies in the data directory is opened only by a root that lies in it itself: a root around it does not open keys and databases.</summary>
    private static bool IsAllowed(string path, string? root, string data) =>
        root is not null && IsIn(path, root) && (!IsIn(path, data) || (IsIn(root, data) && !IsSame(root, data)));

    private static bool IsIn(string path, string folder) => IsSame(path, folder) || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, Comparison);

    private static bool IsSame(string path, string other) => string.Equals(path, other, Comparison);

    private static StringComparison Comparison => OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private static string Absolute(string root) => Path.IsPathFullyQualified(root)
        ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(root))
        : throw new ArchiveException(
            new Situation(SituationKeys.PathRootRelative, ErrorClass.Configuration).With("path", root), $"{Variable}: {root} is not an absolute path. Name whole paths, for example /srv/mail.");

    private ArchiveException Refuse(string path)
    {
        var shown = string.Concat(path.Select(character => char.IsControl(character) ? '?' : character));
        return new ArchiveException(
            new Situation(SituationKeys.PathNotAllowed, ErrorClass.Refused).With("path", shown).With("at", _time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)),
            $"{shown} lies outside the folders that this installation may open.");
    }
}
