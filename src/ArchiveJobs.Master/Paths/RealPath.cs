namespace ArchiveJobs.Master.Paths;

/// <summary>Where a path leads, as the system itself would walk it: each link followed, ".." taken from where the link leads.</summary>
internal static class RealPath
{
    // As Linux: more is a circle.
    private const int MaxLinks = 40;

    /// <summary>What does not exist yet is taken as it is written below the last folder that does.</summary>
    /// <param name="path">Absolute.</param>
    /// <returns>Null when the links form a circle, or a folder may not be looked into.</returns>
    public static string? Find(string path)
    {
        var current = Path.GetPathRoot(path)!;
        var rest = new Stack<string>(Parts(path[current.Length..]));
        var links = 0;
        while (rest.TryPop(out var part))
        {
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? current;
                continue;
            }

            var next = Path.Combine(current, part);
            if (!TryReadLink(next, out var target) || (target is not null && ++links > MaxLinks))
            {
                return null;
            }

            if (target is null)
            {
                current = next;
                continue;
            }

            if (Path.IsPathRooted(target))
            {
                current = Path.GetPathRoot(target)!;
                target = target[current.Length..];
            }

            foreach (var further in Parts(target))
            {
                rest.Push(further);
            }
        }

        return current;
    }

    /// <summary>Last one first, so that the first is popped first.</summary>
    private static IEnumerable<string> Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").Reverse();

    /// <param name="target">Null when it is no link, or is not there.</param>
    /// <returns>False when it may not be looked at.</returns>
    private static bool TryReadLink(string path, out string? target)
    {
        try
        {
            target = new FileInfo(path).LinkTarget;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            target = null;
            return false;
        }
    }
}
