using System.Text;

namespace ArchiveJobs.Worker.Cli;

/// <summary>Who asked: the directory that relative paths start from, and the small files that the command line names.</summary>
/// <param name="Directory">Absolute.</param>
/// <param name="Files">Contents by the path as it was given: read by the caller, who may read what the host may not.</param>
internal sealed record Caller(string Directory, IReadOnlyDictionary<string, byte[]> Files)
{
    /// <summary>Larger input files are refused: password files, certificates and lists of mailboxes are small.</summary>
    public const int MaxFileBytes = 16 * 1024 * 1024;

    /// <summary>Names standard input in place of a file.</summary>
    public const string StandardInput = "-";

    public string Resolve(string path) => Path.GetFullPath(path, Directory);

    /// <exception cref="CommandException">It cannot be read.</exception>
    public byte[] ReadFile(string path) => Files.TryGetValue(path, out var content) ? content : ReadFromDisk(path, Resolve(path));

    public static byte[] ReadFromDisk(string given, string fullPath)
    {
        if (given == StandardInput)
        {
            return ReadStandardInput();
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

    /// <summary>All of it; one line when a person types it.</summary>
    private static byte[] ReadStandardInput()
    {
        if (!Console.IsInputRedirected)
        {
            Console.Error.Write("Recovery code: ");
            return Encoding.UTF8.GetBytes(Console.In.ReadLine() ?? "");
        }

        var content = new byte[MaxFileBytes];
        using var input = Console.OpenStandardInput();
        return content[..input.ReadAtLeast(content, content.Length, throwOnEndOfStream: false)];
    }
}
