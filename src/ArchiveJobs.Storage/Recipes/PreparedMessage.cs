using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Storage.Buffers;
using ArchiveJobs.Storage.Facts;

namespace ArchiveJobs.Storage.Recipes;

/// <summary>A message split and checked, ready for the writer. Owns its buffer and its decoded blobs.</summary>
internal sealed class PreparedMessage(MessageBuffer buffer) : IDisposable
{
    private readonly List<byte[]> _rented = [];

    public MessageBuffer Buffer => buffer;

    public ContentId Id => buffer.Id;

    public long Size => buffer.Length;

    /// <summary>Null until split: messages that are held need no splitting, messages larger than memory are split by the writer.</summary>
    public Recipe? Recipe { get; set; }

    public bool IsRaw { get; set; }

    public MessageEnvelope Envelope { get; set; } = MessageEnvelope.Empty;

    /// <summary>Blobs of the recipe, each once, with their bytes.</summary>
    public List<KeyValuePair<ContentId, ReadOnlyMemory<byte>>> Blobs { get; } = [];

    public byte[] Rent(int length)
    {
        var bytes = Scratch.Rent(length);
        _rented.Add(bytes);
        return bytes;
    }

    public void ReturnLast()
    {
        Scratch.Return(_rented[^1]);
        _rented.RemoveAt(_rented.Count - 1);
    }

    public void DropBlobs()
    {
        Blobs.Clear();
        foreach (var bytes in _rented)
        {
            Scratch.Return(bytes);
        }

        _rented.Clear();
    }

    /// <summary>The entry: the recipe, then the octets of its literal parts end to end.</summary>
    public void WriteEntry(ByteWriter to)
    {
        Recipe!.Write(to);
        var octets = buffer.Memory.Span;
        var at = 0;
        foreach (var part in Recipe.Parts)
        {
            if (!part.IsBlob)
            {
                to.Bytes(octets.Slice(at, (int)part.Length));
            }

            at += (int)part.Length;
        }
    }

    public void Dispose()
    {
        DropBlobs();
        buffer.Dispose();
    }
}
