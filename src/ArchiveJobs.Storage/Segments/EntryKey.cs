using ArchiveJobs.Core;

namespace ArchiveJobs.Storage.Segments;

internal enum EntryKind : byte
{
    /// <summary>Recipe and skeleton of a message.</summary>
    Message = 1,

    /// <summary>A piece of a blob, at most 4 MiB of it.</summary>
    Blob = 2,
}

/// <summary>Names an entry wherever it lies.</summary>
/// <param name="Piece">0 for a message; 0, 1, 2 … for the pieces of a blob.</param>
internal readonly record struct EntryKey(EntryKind Kind, ContentId Id, uint Piece);

/// <summary>Where an entry lies now; cached by the catalog, moved by compaction.</summary>
/// <param name="BlockOffset">Of the block's record in the segment file.</param>
/// <param name="Index">In the block's directory.</param>
internal readonly record struct EntryLocation(SegmentId Segment, long BlockOffset, int Index);
