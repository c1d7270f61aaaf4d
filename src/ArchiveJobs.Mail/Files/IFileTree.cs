using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Files;

/// <summary>Mail lying in files: how one kind finds its folders. Nothing is kept open between calls.</summary>
internal interface IFileTree
{
    /// <summary>All folders below the path, and what a person should be told of what is left out.</summary>
    /// <exception cref="ArchiveJobs.Core.ArchiveException">path.missing or path.denied.</exception>
    FileFolders FindFolders(CancellationToken cancellationToken);

    /// <param name="location">What <see cref="FindFolders"/> put into <see cref="SourceFolder.Native"/>.</param>
    IFileFolder Open(SourceFolder folder, string location);

    bool Exists(string location);
}

internal readonly record struct FileFolders(IReadOnlyList<SourceFolder> Folders, IReadOnlyList<string> Notes);

/// <summary>One folder of such mail. Not thread-safe.</summary>
internal interface IFileFolder
{
    /// <summary>Items in the folder now; -1 when counting costs as much as reading.</summary>
    long Count();

    IReadOnlyList<SourceItem> List(CancellationToken cancellationToken);

    FetchedItem Read(SourceItem item, CancellationToken cancellationToken);
}
