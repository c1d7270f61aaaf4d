namespace ArchiveJobs.Mail.Files;

internal static class FilePath
{
    /// <summary>The same text for the same place in every run: full, without a separator at its end.</summary>
    /// <exception cref="Core.ArchiveException">path.missing: empty.</exception>
    public static string Full(string path) =>
        string.IsNullOrWhiteSpace(path) ? throw PathTrouble.Missing(path) : Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
}
