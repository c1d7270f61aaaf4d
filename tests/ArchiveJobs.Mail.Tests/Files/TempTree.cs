using System.Text;

namespace ArchiveJobs.Mail.Tests.Files;

/// <summary>A fresh directory that goes away with the test.</summary>
internal sealed class TempTree : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("archivejobs-mail-").FullName;

    /// <returns>The full path.</returns>
    public string Write(string relative, string latin1) => Write(relative, Encoding.Latin1.GetBytes(latin1));

    public string Write(string relative, byte[] octets)
    {
        var path = System.IO.Path.Combine(Path, relative);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, octets);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
