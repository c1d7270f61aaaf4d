using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Segments;

/// <summary>The list of entries in front of a block; docs/formats/segment.md, "Data block".</summary>
internal static class BlockDirectory
{
    private const int SmallestEntry = 1 + 32 + 4 + 4 + 1 + 1;

    public static void Write(IReadOnlyList<BlockEntry> entries, ByteWriter to)
    {
        to.Varint((ulong)entries.Count);
        foreach (var entry in entries)
        {
            to.Byte((byte)entry.Key.Kind);
            to.Id(entry.Key.Id);
            to.UInt32(entry.Key.Piece);
            to.Int32(entry.Length);
            to.Byte(entry.Envelope.Folder is null ? (byte)0 : (byte)1);
            if (entry.Envelope.Folder is { } folder)
            {
                to.Text(folder.Account);
                to.Text(folder.Mailbox);
                to.Text(folder.Path);
            }

            to.Date(entry.Envelope.InternalDate);
        }
    }

    /// <summary>Reads the directory; the entries begin behind it.</summary>
    /// <returns>Bytes of the directory.</returns>
    /// <exception cref="InvalidDataException">Not a directory, or it does not cover the block exactly.</exception>
    public static int Read(ReadOnlySpan<byte> plain, List<BlockEntry> entries)
    {
        var from = new ByteReader(plain);
        Read(ref from, entries);
        var covered = entries.Count == 0 ? 0 : entries[^1].Offset + entries[^1].Length;
        return covered == from.Left ? plain.Length - from.Left : throw new InvalidDataException("The directory does not cover the block.");
    }

    public static void Read(ref ByteReader from, List<BlockEntry> entries)
    {
        entries.Clear();
        var offset = 0;
        for (var left = from.Count(SmallestEntry); left > 0; left--)
        {
            var kind = from.Byte();
            if (kind is not ((byte)EntryKind.Message or (byte)EntryKind.Blob))
            {
                throw new InvalidDataException("An entry of an unknown kind.");
            }

            var key = new EntryKey((EntryKind)kind, from.Id(), from.UInt32());
            var length = from.Int32();
            if (length < 0 || offset > RecordHeader.MaxPlainLength - length)
            {
                throw new InvalidDataException("An entry has an impossible length.");
            }

            var folder = from.Byte() == 1 ? new FolderKey(from.Text(), from.Text(), from.Text()) : null;
            entries.Add(new BlockEntry(key, offset, length, new EntryEnvelope(folder, from.Date())));
            offset += length;
        }
    }
}
