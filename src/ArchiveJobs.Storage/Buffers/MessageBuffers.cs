using ArchiveJobs.Core.Messages;
using ArchiveJobs.Storage.Io;

namespace ArchiveJobs.Storage.Buffers;

/// <summary>Makes the buffers of a host: pooled memory within one budget, spill files above.</summary>
internal sealed class MessageBuffers : IMessageBuffers
{
    private const int SmallestReservation = 16 * 1024;

    private readonly string _directory;
    private readonly StoreOptions _options;

    /// <param name="directory">For spill files; swept here: what lies in it belongs to a process that died.</param>
    public MessageBuffers(string directory, StoreOptions options)
    {
        _directory = directory;
        _options = options;
        Budget = new MemoryBudget(options.BufferBytes);
        PrivateDirectory.Create(directory);
        foreach (var left in Directory.EnumerateFiles(directory, "*" + SpillBuffer.Extension))
        {
            File.Delete(left);
        }
    }

    public MemoryBudget Budget { get; }

    public MessageBuffer Create(long expectedLength, CancellationToken cancellationToken)
    {
        // What is announced as large goes to a file from the start and takes nothing of the budget.
        if (expectedLength > _options.SpillBytes)
        {
            return new SpillBuffer(_directory);
        }

        var reserved = (int)Math.Max(SmallestReservation, expectedLength);
        Budget.Take(reserved, cancellationToken);
        return new MemoryBuffer(_directory, Budget, reserved, _options.SpillBytes);
    }
}
