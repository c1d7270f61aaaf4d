namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>
/// The file host-id of a data directory: the id, the machine and the directory. Where these are others, the directory was copied or moved, and it is another host:
/// two hosts with one id would each take the other for an earlier start of itself.
/// </summary>
internal static class HostIdFile
{
    public static Guid ReadOrCreate(string dataDirectory, IRandomSource random)
    {
        var path = Path.Combine(dataDirectory, "host-id");
        string[] place = [Environment.MachineName, Path.GetFullPath(dataDirectory)];
        if (File.Exists(path) && File.ReadAllLines(path) is [var id, ..] lines && lines.AsSpan(1).SequenceEqual(place) && Guid.TryParse(id, out var known))
        {
            return known;
        }

        var fresh = random.NewKey();
        Directory.CreateDirectory(dataDirectory);
        File.WriteAllLines(path, [fresh.ToString(), .. place]);
        return fresh;
    }
}
