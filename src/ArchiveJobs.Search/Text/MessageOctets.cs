using System.Buffers;
using System.Runtime.InteropServices;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Search.Text;

/// <summary>
/// The octets of a message that are worth looking at, in one array: everything of an ordinary one. Of a large one each stretch between two lines that begin
/// with -- (so at least each part) keeps its beginning; behind a great number of such lines it ends. This bounds memory whatever the message is.
/// </summary>
internal sealed class MessageOctets : IDisposable
{
    // docs/formats/index.md, "Bounds". A text of 4 MiB has more characters than are indexed; what is longer is an attachment.
    private const int MaxPlainOctets = 4 * 1024 * 1024;
    private const int MaxStretchOctets = 4 * 1024 * 1024;
    private const int MaxOctets = 32 * 1024 * 1024;
    private const int MaxStretches = 20_000; // a part needs at least one; 10,000 parts and as many dashes in texts

    private byte[] _octets = [];
    private bool _isRented;

    private MessageOctets()
    {
    }

    public int Offset { get; private set; }

    public int Length { get; private set; }

    public byte[] Array => _octets;

    public ReadOnlySpan<byte> Span => _octets.AsSpan(Offset, Length);

    public static MessageOctets Read(StoredMessage message)
    {
        var octets = new MessageOctets();
        if (message.Memory is { Length: <= MaxPlainOctets } memory && MemoryMarshal.TryGetArray(memory, out var segment) && !HasTooManyStretches(memory.Span))
        {
            octets._octets = segment.Array!;
            octets.Offset = segment.Offset;
            octets.Length = segment.Count;
            return octets;
        }

        octets.Condense(message);
        return octets;
    }

    public void Dispose()
    {
        if (_isRented)
        {
            ArrayPool<byte>.Shared.Return(_octets);
            _isRented = false;
        }

        _octets = [];
    }

    private static bool HasTooManyStretches(ReadOnlySpan<byte> octets) => octets.Length > MaxStretches * 3 && octets.Count("\n--"u8) > MaxStretches;

    private void Condense(StoredMessage message)
    {
        _octets = ArrayPool<byte>.Shared.Rent((int)Math.Min(MaxOctets, Math.Max(4096, message.Size)));
        _isRented = true;
        using var source = message.OpenRead();
        var piece = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var stretches = new Stretches(this);
            int read;
            while (!stretches.IsFull && (read = source.Read(piece, 0, piece.Length)) > 0)
            {
                stretches.Take(piece.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private sealed class Stretches(MessageOctets target)
    {
        private int _count;
        private int _kept;
        private bool _isCut;
        private int _matched; // of "\n--", over the ends of pieces

        public bool IsFull => _count > MaxStretches || target.Length >= MaxOctets;

        public void Take(ReadOnlySpan<byte> piece)
        {
            while (piece.Length > 0 && !IsFull)
            {
                var end = EndOfStretch(piece);
                Keep(end < 0 ? piece : piece[..end]);
                if (end < 0)
                {
                    return;
                }

                BeginStretch();
                piece = piece[end..];
            }
        }

        // Behind the second dash when a stretch ends in this piece, else -1.
        private int EndOfStretch(ReadOnlySpan<byte> piece)
        {
            for (var i = 0; i < piece.Length; i++)
            {
                if (_matched == 0)
                {
                    var next = piece[i..].IndexOf((byte)'\n');
                    if (next < 0)
                    {
                        return -1;
                    }

                    i += next;
                }

                _matched = piece[i] switch
                {
                    (byte)'\n' => 1,
                    (byte)'-' when _matched > 0 => _matched + 1,
                    _ => 0,
                };
                if (_matched == 3)
                {
                    _matched = 0;
                    return i + 1;
                }
            }

            return -1;
        }

        private void Keep(ReadOnlySpan<byte> octets)
        {
            var kept = Math.Min(octets.Length, MaxStretchOctets - _kept);
            target.Append(octets[..kept]);
            _kept += kept;
            _isCut |= kept < octets.Length;
        }

        private void BeginStretch()
        {
            if (_isCut)
            {
                // The line end and the dashes were left out with the rest; the boundary behind them needs a line of its own.
                target.Append("\n--"u8);
            }

            _isCut = false;
            _kept = 0;
            _count++;
        }
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        octets = octets[..Math.Min(octets.Length, MaxOctets - Length)];
        if (Length + octets.Length > _octets.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Min(MaxOctets, Math.Max(Length + octets.Length, _octets.Length * 2)));
            Span.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_octets);
            _octets = larger;
        }

        octets.CopyTo(_octets.AsSpan(Length));
        Length += octets.Length;
    }
}
