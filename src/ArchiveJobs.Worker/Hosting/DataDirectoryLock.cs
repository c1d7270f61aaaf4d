using System.Globalization;
using System.Text;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>
/// Held by the one process that carries out runs of a data directory. The operating system lets go of it when the process dies, however it dies:
/// who gets it knows that the former host is gone.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file)
    {
        _file = file;
    }

    /// <exception cref="CommandException">Another process holds it (not reachable).</exception>
    public static DataDirectoryLock Take(DataDirectory data)
    {
        data.Create();
        try
        {
            var file = new FileStream(data.LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();

            // A host that crashed has left its address behind; nobody answers there.
            HostAddress.Remove(data);
            return new DataDirectoryLock(file);
        }
        catch (IOException e)
        {
            throw new CommandException(
                ExitCodes.NotReachable, $"Another archivejobs process is working with {data.Root}. Wait for its end, or give the command while `archivejobs serve` runs.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new CommandException(ExitCodes.NotReachable, $"{data.Root} cannot be used: {e.Message}", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
