using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Files;

/// <summary>A mailbox that lies in files of any kind.</summary>
internal sealed class FileMailbox(string account, IFileTree tree) : IMailboxSource
{
    public string Account => account;

    public Task<IReadOnlyList<string>> ConnectAsync(CancellationToken cancellationToken) =>
        Task.Run(() => tree.FindFolders(cancellationToken).Notes, cancellationToken);

    public Task<IReadOnlyList<SourceFolder>> ListFoldersAsync(CancellationToken cancellationToken) =>
        Task.Run(() => tree.FindFolders(cancellationToken).Folders, cancellationToken);

    public Task<IReadOnlyList<FolderStatus?>> ReadStatusAsync(IReadOnlyList<SourceFolder> folders, CancellationToken cancellationToken) =>
        Task.Run<IReadOnlyList<FolderStatus?>>(() => [.. folders.Select(StatusOf)], cancellationToken);

    /// <exception cref="ArchiveException">folder.vanished.</exception>
    public Task<IFolderReader> OpenFolderAsync(SourceFolder folder, CancellationToken cancellationToken) => Task.Run<IFolderReader>(
        () => StatusOf(folder) is { } status ? new FileFolderReader(tree.Open(folder, LocationOf(folder)), status) : throw Vanished(folder),
        cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private FolderStatus? StatusOf(SourceFolder folder)
    {
        var location = LocationOf(folder);
        return tree.Exists(location)
            ? new FolderStatus(UidValidity: 1, UidNext: 0, PathTrouble.Translated(location, () => tree.Open(folder, location).Count()))
            : null;
    }

    private ArchiveException Vanished(SourceFolder folder)
    {
        var situation = new Situation(SituationKeys.FolderVanished, ErrorClass.SourceChanged).With("folder", folder.Path).With("b", account);
        return new ArchiveException(situation, $"Folder {folder.Path} of {account} has vanished.");
    }

    private static string LocationOf(SourceFolder folder) =>
        folder.Native as string ?? throw new ArgumentException("The folder does not come from this source.", nameof(folder));
}
