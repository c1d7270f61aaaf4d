using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Files;
using ArchiveJobs.TestKit.Messages;

namespace ArchiveJobs.Mail.Tests.Files;

/// <summary>The sample mailboxes of the repository and what lies in them by the manifest.</summary>
internal static class Samples
{
    private static readonly string Repository = FindRepository();

    public static string Path(string relative) => System.IO.Path.Combine(Repository, "samples", relative);

    public static IReadOnlyList<ManifestRow> Manifest(string kind) => [.. File
        .ReadLines(System.IO.Path.Combine(Repository, "tests/ArchiveJobs.Mail.Tests/Files/samples.manifest.tsv"))
        .Select(line => line.Split('\t'))
        .Where(fields => fields[0] == kind)
        .Select(fields => new ManifestRow(fields[2], fields[3], fields[5]))];

    public static IEnumerable<string> AllFiles() => new[] { "eml", "maildir", "mbox" }
        .SelectMany(kind => Directory.EnumerateFiles(Path(kind), "*", SearchOption.AllDirectories))
        .Order(StringComparer.Ordinal);

    private static string FindRepository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(System.IO.Path.Combine(directory.FullName, "ArchiveJobs.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new DirectoryNotFoundException("ArchiveJobs.sln is not above the tests.");
    }
}

internal sealed record ManifestRow(string Folder, string Sha256, string UnquotedSha256);

/// <summary>Everything a mailbox delivers.</summary>
internal sealed class MailboxContents
{
    public List<(string Folder, FetchedItem Item, byte[] Octets)> Items { get; } = [];

    public static IMailboxSource Open(MailboxConnection connection, InMemoryBuffers? buffers = null)
    {
        buffers ??= new InMemoryBuffers();
        IMailSource source = connection.Kind switch
        {
            "mbox" => new MboxSource(buffers),
            "maildir" => new MaildirSource(buffers),
            _ => new EmlSource(buffers),
        };
        return source.Open(connection);
    }

    public static async Task<MailboxContents> ReadAsync(MailboxConnection connection)
    {
        var contents = new MailboxContents();
        await using var mailbox = Open(connection);
        await mailbox.ConnectAsync(CancellationToken.None);
        foreach (var folder in await mailbox.ListFoldersAsync(CancellationToken.None))
        {
            await using var reader = await mailbox.OpenFolderAsync(folder, CancellationToken.None);
            var items = await reader.ListAsync(new(), CancellationToken.None);
            await foreach (var item in reader.ReadAsync(items, CancellationToken.None))
            {
                contents.Items.Add((folder.Path, item, item.Octets?.Memory.ToArray() ?? []));
                item.Octets?.Dispose();
            }
        }

        return contents;
    }
}
