using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>
/// The lock of a data directory, held for the life of the process. The system lets go of it when the process dies, however it dies:
/// who gets it knows that every earlier holder is gone.
/// </summary>
public sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file)
    {
        _file = file;
    }

    /// <summary>run/lock; beside it run/owner says in words who holds it.</summary>
    /// <exception cref="ArchiveException">Another process holds it (host.second, or host.second-sqlite where the database has one host only).</exception>
    public static DataDirectoryLock Take(string dataDirectory, HostIdentity host, bool isSingleHost, DateTimeOffset now)
    {
        var directory = Path.Combine(dataDirectory, "run");
        Directory.CreateDirectory(directory);
        var owner = Path.Combine(directory, "owner");
        var file = Open(Path.Combine(directory, "lock"), owner, isSingleHost, now);
        File.WriteAllText(owner, $"process {host.ProcessId} on {host.Name}");
        return new DataDirectoryLock(file);
    }

    public void Dispose() => _file.Dispose();

    private static FileStream Open(string path, string owner, bool isSingleHost, DateTimeOffset now)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            var other = File.Exists(owner) ? File.ReadAllText(owner) : "another process";
            var situation = new Situation(isSingleHost ? SituationKeys.HostSecondSqlite : SituationKeys.HostSecond, ErrorClass.Refused)
                .With("other", other).With("at", now.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
            throw new ArchiveException(situation, $"The data directory is used by {other}: {path} is locked.", e);
        }
    }
}
