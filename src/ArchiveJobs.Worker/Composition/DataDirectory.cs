
namespace ArchiveJobs.Worker.Composition;

/// <summary>Where everything of an installation lies. The directory and all below it are for its owner only.</summary>
internal sealed class DataDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private EngineSettings? _settings;

    /// <param name="path">Absolute.</param>
    public DataDirectory(string path)
    {
        Root = path;
    }

    public string Root { get; }

    public string MasterDatabase => Path.Combine(Root, "master.db");

    /// <summary>Read at the first use: commands that only look at the help need none.</summary>
    /// <exception cref="Core.ArchiveException">They cannot be used (database.settings).</exception>
    public EngineSettings Settings => _settings ??= EngineSettings.Read(Root);

    /// <summary>Holds keys/ and stores/: here, or where every host reaches it.</summary>
    public string SharedRoot => Settings.Shared ?? Root;

    public string Keys => Path.Combine(SharedRoot, "keys");

    public string Stores => Path.Combine(SharedRoot, "stores");

    /// <summary>Holds catalog and index of each store where the stores themselves are shared; null: they lie in the store.</summary>
    public string? Views => Settings.Shared is null ? null : Path.Combine(Root, "stores");

    public string Run => Path.Combine(Root, "run");

    public string Logs => Path.Combine(Root, "logs");

    /// <summary>Spill files; swept by whoever holds the lock.</summary>
    public string Temporary => Path.Combine(Root, "tmp");

    public string HostFile => Path.Combine(Run, "host.json");

    /// <summary>A server is asked what it holds when it is opened.</summary>
    public bool Exists => !Settings.IsSingleHost || File.Exists(MasterDatabase);

    public void Create()
    {
        foreach (var directory in new[] { Root, SharedRoot, Keys, Stores, Run, Logs, Temporary })
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

        if (Settings.IsSingleHost)
        {
            CreateDatabaseFile();
        }
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
