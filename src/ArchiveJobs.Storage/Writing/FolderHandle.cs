using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Storage.Writing;

/// <summary>A folder opened by a session. Written by the session when it is opened, used by the writer's thread afterwards.</summary>
/// <param name="Placed">Numbers with a placement; the writer adds to it.</param>
internal sealed record FolderHandle(FolderKey Folder, uint UidValidity, uint? FormerUidValidity, UidSet Placed);
