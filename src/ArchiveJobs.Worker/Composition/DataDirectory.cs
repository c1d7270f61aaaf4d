
namespace ArchiveJobs.Worker.Composition;

/// <summary>Where everything of an installation lies. The directory and all below it are for its owner only.</summary>
internal sealed class DataDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <param name="path">Absolute.</param>
    public DataDirectory(string path)
    {
        Root = path;
    }

    public string Root { get; }

    public string MasterDatabase => Path.Combine(Root, "master.db");

    public string Keys => Path.Combine(Root, "keys");

    public string Stores => Path.Combine(Root, "stores");

    public string Run => Path.Combine(Root, "run");

    public string Logs => Path.Combine(Root, "logs");

    /// <summary>Spill files; swept by whoever holds the lock.</summary>
    public string Temporary => Path.Combine(Root, "tmp");

    public string HostFile => Path.Combine(Run, "host.json");

    public bool Exists => File.Exists(MasterDatabase);

    public void Create()
    {
        foreach (var directory in new[] { Root, Keys, Stores, Run, Logs, Temporary })
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, OwnerOnly);
            }
        }

        CreateDatabaseFile();
    }

    /// <summary>SQLite gives its other files the rights of the database.</summary>
    private void CreateDatabaseFile()
    {
        if (!OperatingSystem.IsWindows() && !File.Exists(MasterDatabase))
        {
            File.Open(MasterDatabase, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        }
    }

    /// <summary>As given, else what the environment says, else ./data.</summary>
    public static DataDirectory Choose(string? given, string currentDirectory)
    {
        var chosen = given is { Length: > 0 } ? given : Environment.GetEnvironmentVariable("ARCHIVEJOBS_DATA");
        return new DataDirectory(Path.GetFullPath(chosen is { Length: > 0 } ? chosen : "data", currentDirectory));
    }
}
