using ArchiveJobs.Core;

// The rows of docs/formats/catalog.md as EF Core reads them; one class a table, in the document's order.
namespace ArchiveJobs.Storage.Catalog.Model;

internal sealed class MetaRow
{
    public long Num { get; init; }
    public byte[] Store { get; init; } = [];
    public byte[] Incarnation { get; init; } = [];
    public long Checkpoint { get; init; }
    public ContentId ChainHash { get; init; }
    public long Messages { get; init; }
    public long MessageBytes { get; init; }
    public long Placements { get; init; }
}

internal sealed class AppliedCommitRow
{
    public long Number { get; init; }

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long At { get; init; }

    public ContentId ChainHash { get; init; }
}

internal sealed class MessageRow
{
    public long Num { get; init; }
    public ContentId Id { get; init; }
    public long Size { get; init; }
    public bool IsRaw { get; init; }
    public Tables.MessageState State { get; init; }
    public long FirstCommit { get; init; }
    public long LastCommit { get; init; }
    public bool IsOnHold { get; init; }
    public long? Segment { get; init; }
    public long? Block { get; init; }
    public long? Idx { get; init; }
}

internal sealed class EnvelopeRow
{
    public long Message { get; init; }
    public string Subject { get; init; } = "";
    public string Sender { get; init; } = "";
    public string Recipients { get; init; } = "";
    public string MessageId { get; init; } = "";

    /// <summary>Seconds since 1970-01-01 UTC.</summary>
    public long? Date { get; init; }

    /// <summary>Minutes.</summary>
    public long? DateOffset { get; init; }
}

internal sealed class MessageBlobRow
{
    public long Message { get; init; }
    public long Ordinal { get; init; }
    public long Blob { get; init; }
}

internal sealed class BlobRow
{
    public long Num { get; init; }
    public ContentId Id { get; init; }
}

internal sealed class BlobPieceRow
{
    public long Blob { get; init; }
    public long Piece { get; init; }
    public long Segment { get; init; }
    public long Block { get; init; }
    public long Idx { get; init; }
}

internal sealed class FolderRow
{
    public long Num { get; init; }
    public string Account { get; init; } = "";
    public string Mailbox { get; init; } = "";
    public string Path { get; init; } = "";
}

internal sealed class CursorRow
{
    public long Num { get; init; }
    public long Folder { get; init; }
    public uint UidValidity { get; init; }
    public long Placements { get; init; }
    public long Gone { get; init; }
    public long PlacedCommit { get; init; }
    public uint MaxNumber { get; init; }
    public long PassCommit { get; init; }
    public uint PassUidNext { get; init; }
    public long PassMessages { get; init; }
    public byte[] PassPresent { get; init; } = [];
}

internal sealed class PlacementRow
{
    public long Cursor { get; init; }
    public uint Uid { get; init; }
    public long Message { get; init; }
    public string Flags { get; init; } = "";

    /// <summary>Seconds since 1970-01-01 UTC.</summary>
    public long? InternalDate { get; init; }

    /// <summary>Minutes.</summary>
    public long? InternalDateOffset { get; init; }

    public bool IsGone { get; init; }
    public bool IsDeleted { get; init; }
}

internal sealed class PlacementMoveRow
{
    public long Number { get; init; }
    public long Ordinal { get; init; }
    public bool IsRenumber { get; init; }
    public long FromCursor { get; init; }
    public uint FromUid { get; init; }
    public long ToCursor { get; init; }
    public uint ToUid { get; init; }
    public long Message { get; init; }
}

internal sealed class ItemNameRow
{
    public long Cursor { get; init; }
    public string Name { get; init; } = "";
    public uint Number { get; init; }
}

internal sealed class DoneUidsRow
{
    public long Cursor { get; init; }
    public long Chunk { get; init; }
    public byte[] Uids { get; init; } = [];
}

internal sealed class RunFolderRow
{
    public long Num { get; init; }
    public byte[] Run { get; init; } = [];
    public long Cursor { get; init; }
    public long Archived { get; init; }
    public long AlreadyHeld { get; init; }
    public long Filtered { get; init; }
    public long Failed { get; init; }
    public long Quarantined { get; init; }
    public long Vanished { get; init; }
    public long NewMessages { get; init; }
    public long NewBytes { get; init; }
}

internal sealed class RunUidsRow
{
    public long RunFolder { get; init; }
    public long Outcome { get; init; }
    public long Chunk { get; init; }
    public byte[] Uids { get; init; } = [];
}

internal sealed class TombstoneRow
{
    public long Number { get; init; }
    public long Ordinal { get; init; }
    public long Message { get; init; }
    public string Who { get; init; } = "";

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long At { get; init; }

    public string Reason { get; init; } = "";
}

internal sealed class HoldRow
{
    public long Number { get; init; }
    public long Ordinal { get; init; }
    public long Message { get; init; }
    public bool IsHeld { get; init; }
    public string Who { get; init; } = "";

    /// <summary>Milliseconds since 1970-01-01 UTC.</summary>
    public long At { get; init; }

    public string Reason { get; init; } = "";
}

internal sealed class SegmentRow
{
    public long Ordinal { get; init; }
    public ContentId? Sha256 { get; init; }
    public long? SealedCommit { get; init; }
    public long? RetiredCommit { get; init; }
}
