namespace ArchiveJobs.Core.Messages;

/// <summary>Octets of a message to the ranges of its leaf parts and to its header fields. Never fails on broken MIME: what it cannot split it leaves whole.</summary>
/// <remarks>Thread-safe. Bounds for hostile input: depth 32, 10,000 parts, 1 MiB of headers looked at.</remarks>
public interface IMessageStructure
{
    /// <summary>Appends the leaf parts in order of their offset; ranges do not overlap. A wrong split is harmless: the store compares bytes.</summary>
    void FindLeaves(ReadOnlySpan<byte> octets, List<LeafPart> leaves);

    /// <summary>The same for a message too large for memory; reads the seekable stream from its start in pieces.</summary>
    void FindLeaves(Stream octets, List<LeafPart> leaves);

    /// <summary>Reads the envelope from the first octets of a message (all of them, or at least the header, at most 1 MiB is looked at).</summary>
    MessageEnvelope ReadEnvelope(ReadOnlySpan<byte> octets);
}

/// <summary>The content of one leaf part: no header fields, no boundary line, without the line end that belongs to the boundary (RFC 2046 section 5.1.1).</summary>
/// <param name="Offset">From the start of the message.</param>
/// <param name="Length">Octets.</param>
public readonly record struct LeafPart(long Offset, long Length, bool IsBase64);

/// <summary>What lists show of a message. Decoded (RFC 2047), at most 1,000 characters a field, control characters replaced by spaces; empty when absent.</summary>
/// <param name="Date">The Date field, when it can be read.</param>
public sealed record MessageEnvelope(string Subject, string From, string To, string MessageId, DateTimeOffset? Date)
{
    public static MessageEnvelope Empty { get; } = new("", "", "", "", null);
}
