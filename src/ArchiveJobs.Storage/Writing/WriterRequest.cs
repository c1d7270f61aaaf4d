using ArchiveJobs.Core;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Recipes;

namespace ArchiveJobs.Storage.Writing;

/// <summary>What sessions ask of the writer; taken in the order they come.</summary>
/// <param name="Session">Null for requests of the store itself.</param>
internal abstract record WriterRequest(ArchiveSession? Session);

internal sealed record ArchiveRequest(ArchiveSession Owner, FolderHandle Folder, SourceItem Item, PreparedMessage Message, bool IsQuarantined) : WriterRequest(Owner);

internal sealed record RecordRequest(ArchiveSession Owner, FolderHandle Folder, ItemOutcome? Outcome, UidSet Uids) : WriterRequest(Owner);

internal sealed record RenumberRequest(ArchiveSession Owner, FolderHandle Folder, uint FormerUid, SourceItem Item, ContentId Content) : WriterRequest(Owner);

/// <summary>Facts about one folder, made with the folder's number in the commit.</summary>
internal sealed record FolderFactRequest(ArchiveSession? Owner, FolderKey Folder, uint UidValidity, Func<int, Fact> Make) : WriterRequest(Owner);

/// <summary>Facts that name no folder.</summary>
internal sealed record FactsRequest(IReadOnlyList<Fact> Facts) : WriterRequest((ArchiveSession?)null);

/// <summary>A question answered on the writer's thread.</summary>
/// <param name="About">When set and nothing unapplied concerns this folder, the answer needs no commit before it.</param>
internal sealed record AskRequest(ArchiveSession? Owner, FolderKey? About, Action<ICatalogWriter> Answer, TaskCompletionSource Done) : WriterRequest(Owner);

/// <summary>Work of the store itself between two batches.</summary>
internal sealed record TurnRequest(Action<WriterTurn> Work, TaskCompletionSource Done) : WriterRequest((ArchiveSession?)null);
