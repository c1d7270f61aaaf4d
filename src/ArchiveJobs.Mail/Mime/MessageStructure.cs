using System.Buffers;
using System.Collections.Concurrent;
using ArchiveJobs.Core.Messages;

namespace ArchiveJobs.Mail.Mime;

/// <summary>The structure of messages by a boundary scanner of our own: it looks at headers and boundary lines and at nothing else.</summary>
internal sealed class MessageStructure : IMessageStructure
{
    // A scanner's buffers are reused: nothing is allocated for a message but the caller's list.
    private readonly ConcurrentBag<LeafScanner> _scanners = [];
    private readonly int _windowOctets;

    public MessageStructure()
        : this(1024 * 1024)
    {
    }

    /// <param name="windowOctets">Octets of a stream looked at together, at least <see cref="LeafScanner.MinWindow"/>.</param>
    internal MessageStructure(int windowOctets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(windowOctets, LeafScanner.MinWindow);
        _windowOctets = windowOctets;
    }

    public void FindLeaves(ReadOnlySpan<byte> octets, List<LeafPart> leaves)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        var scanner = Rent(leaves);
        scanner.Feed(octets, 0, isLast: true);
        scanner.Finish(octets.Length);
        _scanners.Add(scanner);
    }

    public void FindLeaves(Stream octets, List<LeafPart> leaves)
    {
        ArgumentNullException.ThrowIfNull(octets);
        ArgumentNullException.ThrowIfNull(leaves);
        var scanner = Rent(leaves);
        octets.Position = 0;
        var window = ArrayPool<byte>.Shared.Rent(_windowOctets);
        try
        {
            scanner.Finish(FeedAll(scanner, octets, window.AsSpan(0, _windowOctets)));
            _scanners.Add(scanner);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(window);
        }
    }

    public MessageEnvelope ReadEnvelope(ReadOnlySpan<byte> octets) => EnvelopeReader.Read(octets);

    private LeafScanner Rent(List<LeafPart> leaves)
    {
        var scanner = _scanners.TryTake(out var used) ? used : new LeafScanner();
        scanner.Reset(leaves);
        return scanner;
    }

    /// <summary>Returns the length of the message.</summary>
    private static long FeedAll(LeafScanner scanner, Stream octets, Span<byte> window)
    {
        long at = 0;
        var carried = 0;
        while (true)
        {
            var filled = carried + octets.ReadAtLeast(window[carried..], window.Length - carried, throwOnEndOfStream: false);
            var isLast = filled < window.Length;
            var done = scanner.Feed(window[..filled], at, isLast);
            if (isLast)
            {
                return at + filled;
            }

            if (scanner.IsDecided)
            {
                return octets.Length;
            }

            window[done..filled].CopyTo(window);
            at += done;
            carried = filled - done;
        }
    }
}
