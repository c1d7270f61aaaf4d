using System.Globalization;

namespace ArchiveJobs.Search.Indexing;

/// <summary>The directory <c>index/</c> of a store: generations, the file CURRENT that names the valid one, the lock, what was moved aside. docs/formats/index.md, "Files".</summary>
internal sealed class IndexFiles(string storePath)
{
    private const string CurrentName = "CURRENT";
    private const string LockName = "lock";
    private const string DamagedPrefix = "damaged-";

    private readonly string _root = Path.Combine(storePath, "index");

    public string PathOf(int generation) => Path.Combine(_root, generation.ToString("D8", CultureInfo.InvariantCulture));

    /// <summary>Null when there is no index yet, or the file is unreadable (then nothing valid is known and the index is built anew).</summary>
    public int? ReadCurrent()
    {
        try
        {
            var text = File.ReadAllText(Path.Combine(_root, CurrentName)).Trim();
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>From here on the generation is the valid one, for other processes too.</summary>
    public void WriteCurrent(int generation)
    {
        var temporary = Path.Combine(_root, CurrentName + ".tmp");
        File.WriteAllText(temporary, generation.ToString("D8", CultureInfo.InvariantCulture) + "\n");

        // Crash here: the former generation stays valid, the new one is swept. Power cut behind it: either name, both complete; or an empty file, then built anew.
        File.Move(temporary, Path.Combine(_root, CurrentName), true);
    }

    public void ForgetCurrent() => File.Delete(Path.Combine(_root, CurrentName));

    /// <summary>A number that no generation has or had, not even one moved aside.</summary>
    public int NextNumber() => Numbers().Append(ReadCurrent() ?? 0).DefaultIfEmpty(0).Max() + 1;

    /// <summary>The one writer of this store's indexes, over all processes; null when somebody else is.</summary>
    public FileStream? TryLock()
    {
        Directory.CreateDirectory(_root);
        try
        {
            return new FileStream(Path.Combine(_root, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException) && !IndexDamage.IsDiskFull(e))
        {
            return null;
        }
    }

    /// <summary>Keeps a broken generation for those who want to look at it; only the latest one.</summary>
    public void MoveAside(int generation)
    {
        foreach (var older in Directory.EnumerateDirectories(_root, DamagedPrefix + "*").ToList())
        {
            DeleteQuietly(older);
        }

        var path = PathOf(generation);
        if (Directory.Exists(path))
        {
            Directory.Move(path, Path.Combine(_root, DamagedPrefix + Path.GetFileName(path)));
        }
    }

    /// <summary>Removes generations that are neither valid nor in the making: what a crash during a rebuild left.</summary>
    public void Sweep(int? current)
    {
        foreach (var number in Generations().Where(number => number != current).ToList())
        {
            DeleteQuietly(PathOf(number));
        }
    }

    /// <summary>A directory that cannot be deleted (another process reads it, on Windows) is swept next time.</summary>
    public static void DeleteQuietly(string path)
    {
        try
        {
            Directory.Delete(path, true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Left for the next sweep.
        }
    }

    private IEnumerable<int> Generations() => Directory.Exists(_root)
        ? Directory.EnumerateDirectories(_root).Select(path => NumberIn(Path.GetFileName(path))).OfType<int>()
        : [];

    private IEnumerable<int> Numbers() => Directory.Exists(_root)
        ? Directory.EnumerateDirectories(_root).Select(path => NumberIn(Path.GetFileName(path).Replace(DamagedPrefix, "", StringComparison.Ordinal))).OfType<int>()
        : [];

    private static int? NumberIn(string name) => name.Length == 8 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
