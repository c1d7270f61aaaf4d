using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Facts;

/// <summary>Facts to bytes and back; docs/formats/facts.md. One long table, a case a kind of fact. The bytes are canonical: the chain is computed over them.</summary>
internal static class FactCodec
{
    private const byte FolderType = 1, MessageType = 2, PlacementType = 3, MoveType = 4, GoneType = 5, RenumberType = 6, ItemNamesType = 7, DoneType = 8,
        PassType = 9, RunType = 10, TombstoneType = 11, HoldType = 12, SealedType = 13, RetiredType = 14;

    public static void Write(Fact fact, ByteWriter to)
    {
        switch (fact)
        {
            case FolderFact f:
                to.Byte(FolderType);
                to.Varint((ulong)f.Ref);
                to.Text(f.Folder.Account);
                to.Text(f.Folder.Mailbox);
                to.Text(f.Folder.Path);
                to.Varint(f.UidValidity);
                break;
            case MessageFact f:
                to.Byte(MessageType);
                to.Id(f.Id);
                to.Varint((ulong)f.Size);
                to.Byte(f.IsRaw ? (byte)1 : (byte)0);
                to.Varint((ulong)f.Blobs.Count);
                foreach (var blob in f.Blobs)
                {
                    to.Id(blob);
                }

                break;
            case PlacementFact f:
                to.Byte(PlacementType);
                to.Varint((ulong)f.Folder);
                to.Varint(f.Uid);
                WritePlaced(f.Message, f.Flags, f.InternalDate, to);
                break;
            case MoveFact f:
                to.Byte(MoveType);
                to.Varint((ulong)f.FromFolder);
                to.Varint(f.FromUid);
                to.Varint((ulong)f.ToFolder);
                to.Varint(f.ToUid);
                WritePlaced(f.Message, f.Flags, f.InternalDate, to);
                break;
            case GoneFact f:
                to.Byte(GoneType);
                to.Varint((ulong)f.Folder);
                to.Uids(f.Uids);
                break;
            case RenumberFact f:
                to.Byte(RenumberType);
                to.Varint((ulong)f.FormerFolder);
                to.Varint(f.FormerUid);
                to.Varint((ulong)f.Folder);
                to.Varint(f.Uid);
                WritePlaced(f.Message, f.Flags, f.InternalDate, to);
                break;
            case ItemNamesFact f:
                to.Byte(ItemNamesType);
                to.Varint((ulong)f.Folder);
                to.Varint((ulong)f.Names.Count);
                foreach (var (number, name) in f.Names)
                {
                    to.Varint(number);
                    to.Text(name);
                }

                break;
            case DoneFact f:
                to.Byte(DoneType);
                to.Varint((ulong)f.Folder);
                to.Uids(f.Uids);
                break;
            case PassFact f:
                to.Byte(PassType);
                to.Varint((ulong)f.Folder);
                to.Varint(f.UidNext);
                to.Zigzag(f.Messages);
                to.Uids(f.Present);
                break;
            case RunFact f:
                to.Byte(RunType);
                to.Bytes(f.Run.ToByteArray());
                to.Varint((ulong)f.Folder);
                to.Uids(f.Archived);
                to.Uids(f.AlreadyHeld);
                to.Uids(f.Filtered);
                to.Uids(f.Failed);
                to.Uids(f.Quarantined);
                to.Uids(f.Vanished);
                to.Varint((ulong)f.NewMessages);
                to.Varint((ulong)f.NewBytes);
                break;
            case TombstoneFact f:
                to.Byte(TombstoneType);
                to.Id(f.Message);
                to.Text(f.Who);
                to.Date(f.When);
                to.Text(f.Reason);
                break;
            case HoldFact f:
                to.Byte(HoldType);
                to.Id(f.Message);
                to.Byte(f.IsHeld ? (byte)1 : (byte)0);
                to.Text(f.Who);
                to.Date(f.When);
                to.Text(f.Reason);
                break;
            case SegmentSealedFact f:
                to.Byte(SealedType);
                WriteSealed(f, to);
                break;
            case SegmentRetiredFact f:
                to.Byte(RetiredType);
                to.Int64(f.Segment.Ordinal);
                to.Varint((ulong)f.Replacements.Count);
                foreach (var replacement in f.Replacements)
                {
                    WriteSealed(replacement, to);
                }

                break;
            default:
                throw new NotSupportedException($"No encoding for {fact.GetType().Name}.");
        }
    }

    /// <param name="folders">Folders declared so far in the same commit.</param>
    /// <exception cref="InvalidDataException">Not a fact of this format.</exception>
    public static Fact Read(ReadOnlySpan<byte> bytes, int folders)
    {
        var from = new ByteReader(bytes);
        var fact = Read(ref from, folders);
        return from.Left == 0 ? fact : throw new InvalidDataException("A fact has bytes left over.");
    }

    private static Fact Read(ref ByteReader from, int folders)
    {
        switch (from.Byte())
        {
            case FolderType:
                var number = from.Varint();
                return number == (ulong)folders
                    ? new FolderFact(folders, new FolderKey(from.Text(), from.Text(), from.Text()), from.Uid())
                    : throw new InvalidDataException("Folders are not declared in order.");
            case MessageType:
                return ReadMessage(ref from);
            case PlacementType:
                return new PlacementFact(from.Index(folders), from.Uid(), from.Id(), from.Text(), from.Date());
            case MoveType:
                return new MoveFact(from.Index(folders), from.Uid(), from.Index(folders), from.Uid(), from.Id(), from.Text(), from.Date());
            case GoneType:
                return new GoneFact(from.Index(folders), from.Uids());
            case RenumberType:
                return new RenumberFact(from.Index(folders), from.Uid(), from.Index(folders), from.Uid(), from.Id(), from.Text(), from.Date());
            case ItemNamesType:
                return ReadItemNames(ref from, folders);
            case DoneType:
                return new DoneFact(from.Index(folders), from.Uids());
            case PassType:
                return new PassFact(from.Index(folders), from.Uid(), from.Zigzag(), from.Uids());
            case RunType:
                return new RunFact(new Guid(from.Bytes(16)), from.Index(folders), from.Uids(), from.Uids(), from.Uids(), from.Uids(), from.Uids(), from.Uids(), (long)from.Varint(), (long)from.Varint());
            case TombstoneType:
                return new TombstoneFact(from.Id(), from.Text(), from.Date() ?? throw new InvalidDataException("A tombstone has no date."), from.Text());
            case HoldType:
                return new HoldFact(from.Id(), from.Byte() == 1, from.Text(), from.Date() ?? throw new InvalidDataException("A hold has no date."), from.Text());
            case SealedType:
                return ReadSealed(ref from);
            case RetiredType:
                return ReadRetired(ref from);
            default:
                throw new InvalidDataException("A fact of an unknown kind.");
        }
    }

    private static MessageFact ReadMessage(ref ByteReader from)
    {
        var id = from.Id();
        var size = (long)from.Varint();
        var isRaw = from.Byte() == 1;
        var blobs = new ContentId[from.Count(ContentId.Bytes)];
        for (var i = 0; i < blobs.Length; i++)
        {
            blobs[i] = from.Id();
        }

        return new MessageFact(id, size, isRaw, blobs);
    }

    private static ItemNamesFact ReadItemNames(ref ByteReader from, int folders)
    {
        var folder = from.Index(folders);
        var names = new KeyValuePair<uint, string>[from.Count(2)];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = new(from.Uid(), from.Text());
        }

        return new ItemNamesFact(folder, names);
    }

    private static SegmentRetiredFact ReadRetired(ref ByteReader from)
    {
        var segment = SegmentId.FromOrdinal(from.Int64());
        var replacements = new SegmentSealedFact[from.Count(40)];
        for (var i = 0; i < replacements.Length; i++)
        {
            replacements[i] = ReadSealed(ref from);
        }

        return new SegmentRetiredFact(segment, replacements);
    }

    private static SegmentSealedFact ReadSealed(ref ByteReader from) => new(SegmentId.FromOrdinal(from.Int64()), from.Id());

    private static void WriteSealed(SegmentSealedFact fact, ByteWriter to)
    {
        to.Int64(fact.Segment.Ordinal);
        to.Id(fact.Sha256);
    }

    private static void WritePlaced(ContentId message, string flags, DateTimeOffset? date, ByteWriter to)
    {
        to.Id(message);
        to.Text(flags);
        to.Date(date);
    }
}
