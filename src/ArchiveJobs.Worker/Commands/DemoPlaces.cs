using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Where the demo puts what does not belong to an installation.</summary>
internal sealed class DemoPlaces(DataDirectory data)
{
    /// <summary>A file that only a demo makes: a directory without it is never cleared.</summary>
    private const string Marker = "demo";

    public string Data => data.Root;

    /// <summary>For the demo only: a real code is kept away from the machine.</summary>
    public string RecoveryCode => Path.Combine(data.Root, "demo-files", "recovery-code.txt");

    public string Alerts => Path.Combine(data.Root, "demo-files", "alerts");

    /// <summary>Beside the data directory: a backup may not lie in what it is a backup of.</summary>
    public string Backup => Path.Combine(Beside, "backup");

    private string Beside => Path.TrimEndingDirectorySeparator(data.Root) + "-demo";

    /// <summary>Only what an earlier demo made is cleared away.</summary>
    /// <exception cref="CommandException">A host is at work there, or somebody else's files are. Nothing was removed.</exception>
    public void MakeFresh()
    {
        if (HostAddress.Read(data) is { } host)
        {
            throw new CommandException(ExitCodes.NotReachable, $"A host is running on {data.Root} (process {host.ProcessId}). Stop it first, or choose another directory: --data DIR");
        }

        string[] directories = [data.Root, Beside];
        foreach (var directory in directories)
        {
            CheckOurs(directory);
        }

        foreach (var directory in directories.Where(Directory.Exists))
        {
            Directory.Delete(directory, recursive: true);
        }

        data.Create();
        Directory.CreateDirectory(Path.GetDirectoryName(RecoveryCode)!);
        Directory.CreateDirectory(Beside);
        foreach (var directory in directories)
        {
            File.WriteAllText(Path.Combine(directory, Marker), "Made by archivejobs demo; the next demo clears this directory.\n");
        }
    }

    /// <summary>Only its owner can read it.</summary>
    public void WriteRecoveryCode(string code)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(RecoveryCode, options);
        writer.WriteLine(code);
    }

    private static void CheckOurs(string directory)
    {
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any() && !File.Exists(Path.Combine(directory, Marker)))
        {
            throw CommandException.Usage($"{directory} is not empty and was not made by a demo. Choose another directory: archivejobs demo --data DIR");
        }
    }
}
