using System.Globalization;
using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;

namespace ArchiveJobs.Storage.Backup;

/// <summary>One backup directory as it lies: its marker, its manifests, what is left over.</summary>
internal sealed class BackupDirectory
{
    private const string LostAndFound = "lost+found";

    private readonly string _root;

    private BackupDirectory(string root, string installation)
    {
        _root = root;
        Installation = installation;
    }

    public string Root => _root;

    /// <summary>Fingerprint of the key that its backups were made under.</summary>
    public string Installation { get; }

    /// <exception cref="ArchiveException">No backup here (Configuration), or of a newer version (Refused).</exception>
    public static BackupDirectory Open(string root) => TryOpen(root) ?? throw BackupFailure.Missing(root, null);

    /// <summary>Opens it for one more generation; begins it when there is nothing yet.</summary>
    /// <param name="isKnown">A backup was there before.</param>
    public static BackupDirectory OpenOrBegin(string root, bool isKnown, InstallationKey key, IFileSystem files, TimeProvider time)
    {
        if (TryOpen(root) is { } present)
        {
            return present.Installation == key.Fingerprint ? present : throw BackupFailure.Refused(root, $"{root} holds the backups of another installation. Choose another directory.");
        }

        if (isKnown)
        {
            throw BackupFailure.Unreachable(root, isKnown, null);
        }

        if (Directory.Exists(root) && Directory.EnumerateFileSystemEntries(root).Any(entry => Path.GetFileName(entry) is not LostAndFound))
        {
            throw BackupFailure.Refused(root, $"{root} is not empty and holds no backup. Choose an empty directory.");
        }

        MakeDirectory(root, files);
        var marker = new MarkerFile { Installation = key.Fingerprint, CreatedAt = time.GetUtcNow() };
        files.ReplaceFile(Path.Combine(root, BackupPaths.Marker), JsonSerializer.SerializeToUtf8Bytes(marker));
        return new BackupDirectory(root, key.Fingerprint);
    }

    /// <summary>Held while a backup is made.</summary>
    public IDisposable TakeLock()
    {
        try
        {
            return new FileStream(Path.Combine(_root, BackupPaths.Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(Path.Combine(_root, BackupPaths.Lock)))
        {
            var busy = BackupFailure.Refused(_root, $"Another backup into {_root} is under way.");
            throw new ArchiveException(busy.Situation with { Class = ErrorClass.StoreBusy }, busy.Message, e);
        }
    }

    /// <summary>Numbers of the manifests, in order.</summary>
    public IReadOnlyList<int> ReadGenerations() => Numbers(Path.Combine(_root, BackupPaths.Manifests), Directory.EnumerateFiles, ".json");

    /// <summary>The manifest of a generation.</summary>
    /// <param name="generation">Null for the latest that can be read.</param>
    /// <exception cref="ArchiveException">There is none (Configuration), of a newer version (Refused), or not what was written (Configuration).</exception>
    public BackupManifest Read(int? generation, InstallationKey? key)
    {
        if (generation is { } number)
        {
            var path = BackupPaths.In(_root, BackupPaths.ManifestOf(number));
            return File.Exists(path) ? TryRead(number, key) ?? throw BackupFailure.Bad(_root, default, BackupPaths.ManifestOf(number), "it is not what was written")
                : throw BackupFailure.Missing(_root, number);
        }

        var numbers = ReadGenerations();
        return numbers.Reverse().Select(one => TryRead(one, key)).FirstOrDefault(manifest => manifest is not null)
            ?? throw (numbers.Count == 0 ? BackupFailure.Missing(_root, null) : BackupFailure.Bad(_root, default, BackupPaths.ManifestOf(numbers[^1]), "it is not what was written"));
    }

    /// <summary>Null when it does not verify.</summary>
    public BackupManifest? TryRead(int generation, InstallationKey? key)
    {
        var bytes = File.ReadAllBytes(BackupPaths.In(_root, BackupPaths.ManifestOf(generation)));
        if (BackupManifest.Parse(bytes) is not { } manifest)
        {
            return null;
        }

        if (manifest.Format > BackupManifest.CurrentFormat)
        {
            throw BackupFailure.Newer(_root, string.Create(CultureInfo.InvariantCulture, $"format {manifest.Format}"));
        }

        return manifest.Generation == generation && (key is null || BackupManifest.IsGenuine(bytes, key)) ? manifest : null;
    }

    /// <summary>One above every number that a manifest or a folder of files has.</summary>
    public int NextGeneration() => ReadGenerations().Concat(ReadFolders()).DefaultIfEmpty(0).Max() + 1;

    /// <summary>Paths that a verification found different.</summary>
    public IReadOnlySet<string> ReadBad()
    {
        var path = Path.Combine(_root, BackupPaths.Bad);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<HashSet<string>>(File.ReadAllBytes(path)) ?? [] : [];
        }
        catch (JsonException)
        {
            return new HashSet<string>();   // Cut short by a crash: the next verification writes it again.
        }
    }

    /// <summary>Removes what a backup that died left under unfinished names.</summary>
    public void RemoveUnfinished()
    {
        foreach (var file in Directory.EnumerateFiles(_root, "*" + BackupPaths.Unfinished, SearchOption.AllDirectories).ToList())
        {
            File.Delete(file);
        }
    }

    /// <summary>Makes a directory and its name durable.</summary>
    public static void MakeDirectory(string path, IFileSystem files)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(path)!;
        MakeDirectory(parent, files);
        PrivateDirectory.Create(path);
        files.SyncDirectory(parent);
    }

    private static BackupDirectory? TryOpen(string root)
    {
        var marker = Path.Combine(root, BackupPaths.Marker);
        if (!File.Exists(marker))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<MarkerFile>(File.ReadAllBytes(marker)) is { } content
                ? content.Format == 0 ? new BackupDirectory(root, content.Installation) : throw BackupFailure.Newer(root, string.Create(CultureInfo.InvariantCulture, $"format {content.Format}"))
                : null;
        }
        catch (JsonException)
        {
            throw BackupFailure.Bad(root, default, BackupPaths.Marker, "it is not what was written");
        }
    }

    private IReadOnlyList<int> ReadFolders() => Numbers(Path.Combine(_root, BackupPaths.Generations), Directory.EnumerateDirectories, "");

    private static IReadOnlyList<int> Numbers(string directory, Func<string, IEnumerable<string>> list, string ending) =>
        Directory.Exists(directory)
            ? [.. list(directory).Select(Path.GetFileName).OfType<string>().Where(name => name.EndsWith(ending, StringComparison.Ordinal))
                .Select(name => int.TryParse(name[..^ending.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0)
                .Where(number => number > 0).Order()]
            : [];

    private sealed class MarkerFile
    {
        public int Format { get; init; }

        public required string Installation { get; init; }

        public required DateTimeOffset CreatedAt { get; init; }
    }
}
