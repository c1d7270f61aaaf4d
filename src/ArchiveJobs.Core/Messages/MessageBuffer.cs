namespace ArchiveJobs.Core.Messages;

/// <summary>
/// The octets of one message on their way into the store: in memory up to 16 MiB, in a spill file above.
/// Written once from front to end, completed, then read any number of times. One owner at a time; the owner disposes it.
/// </summary>
public abstract class MessageBuffer : IDisposable
{
    /// <summary>Octets written so far; at most 2^31 - 1.</summary>
    public abstract long Length { get; }

    /// <summary>SHA-256 of the octets. Only after <see cref="Complete"/>.</summary>
    public abstract ContentId Id { get; }

    /// <summary>True while all octets lie in <see cref="Memory"/>.</summary>
    public abstract bool IsInMemory { get; }

    /// <summary>The octets, when <see cref="IsInMemory"/>; valid until disposed.</summary>
    public abstract ReadOnlyMemory<byte> Memory { get; }

    /// <exception cref="ArchiveException">No room for the spill file (StoreFull).</exception>
    public abstract void Write(ReadOnlySpan<byte> octets);

    /// <summary>Ends writing and fixes <see cref="Id"/>.</summary>
    public abstract void Complete();

    /// <summary>A new seekable stream over the octets; the caller disposes it before the buffer.</summary>
    public abstract Stream OpenRead();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>Makes buffers. All buffers of a host together hold at most 128 MiB in memory; making one waits until there is room.</summary>
public interface IMessageBuffers
{
    /// <summary>Waits (blocking the calling thread) for room, then returns an empty buffer.</summary>
    /// <param name="expectedLength">Octets announced by the source, 0 when unknown. Only a hint: writing more or less is allowed.</param>
    MessageBuffer Create(long expectedLength, CancellationToken cancellationToken);
}
