namespace ArchiveJobs.Worker.Composition;

/// <summary>The sample mailboxes: beside the program when it is published, else in the folder above that holds the sources.</summary>
internal static class Samples
{
    /// <summary>Null when they are not there.</summary>
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var samples = Path.Combine(folder.FullName, "samples");
            if (Directory.Exists(Path.Combine(samples, "mbox")) && Directory.Exists(Path.Combine(samples, "eml")))
            {
                return samples;
            }
        }

        return null;
    }
}
