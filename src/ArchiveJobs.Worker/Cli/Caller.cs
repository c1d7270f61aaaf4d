namespace ArchiveJobs.Worker.Cli;

/// <summary>Who asked: the directory that relative paths start from, and the small files that the command line names.</summary>
/// <param name="Directory">Absolute.</param>
/// <param name="Files">Contents by the path as it was given: read by the caller, who may read what the host may not.</param>
internal sealed record Caller(string Directory, IReadOnlyDictionary<string, byte[]> Files)
{
    /// <summary>Larger input files are refused: password files, certificates and lists of mailboxes are small.</summary>
    public const int MaxFileBytes = 16 * 1024 * 1024;

    public string Resolve(string path) => Path.GetFullPath(path, Directory);

    /// <exception cref="CommandException">It cannot be read.</exception>
    public byte[] ReadFile(string path) => Files.TryGetValue(path, out var content) ? content : ReadFromDisk(path, Resolve(path));

    public static byte[] ReadFromDisk(string given, string fullPath)
    {
        if (given == CallerInput.Name)
        {
            return CallerInput.ReadAnswer();
        }

        try
        {
            if (new FileInfo(fullPath) is { Exists: true, Length: > MaxFileBytes })
            {
                throw CommandException.Usage($"{given} is larger than 16 MB.");
            }

            return File.ReadAllBytes(fullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CommandException.Usage($"{given} cannot be read: {e.Message}");
        }
    }
}
