using ArchiveJobs.Core.Sources;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Core.Archiving;

/// <summary>One folder in the hands of a mailbox pass.</summary>
internal sealed class FolderWork(SourceFolder folder, FolderKey key, FolderState state, FolderStatus status)
{
    public SourceFolder Folder { get; } = folder;

    public FolderKey Key { get; } = key;

    public FolderState State { get; } = state;

    /// <summary>As the source said before it was listed: what arrives later is found by the next run.</summary>
    public FolderStatus Status { get; set; } = status;

    public UidSet Present { get; set; } = new();

    public UidSet Vanished { get; } = new();

    /// <summary>Listed, not done and not decided by an earlier attempt.</summary>
    public List<SourceItem> New { get; } = [];
}
