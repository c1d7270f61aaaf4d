using System.Numerics;

namespace ArchiveJobs.Storage.Buffers;

/// <summary>
/// Arrays for a short time, kept for the next. The framework's shared pool does not fit here: it keeps 32 arrays of a size and processor, while hundreds of messages wait between
/// the thread that reads and the one that writes, and it rounds up to powers of two, which for parts of megabytes doubled the memory of a run. Thread-safe.
/// </summary>
internal static class Scratch
{
    // Arrays of the large object heap are the ones that cost: made anew for each message they had the whole heap collected again and again.
    private const int Smallest = 4 * 1024;
    private const int LargestPooled = 4 << 20;
    private const int StepsPerDoubling = 4;

    /// <summary>Octets that lie unused at most.</summary>
    private const long Retained = 32 << 20;

    private static readonly Stack<byte[]>[] Classes = [.. Enumerable.Range(0, ClassOf(LargestPooled) + 1).Select(_ => new Stack<byte[]>())];
    private static long _retained;

    /// <returns>At least as long as asked for, at most a quarter longer from 4 KiB up; the contents are undefined.</returns>
    public static byte[] Rent(int length)
    {
        if (length > LargestPooled)
        {
            return GC.AllocateUninitializedArray<byte>(length);
        }

        var index = ClassOf(length);
        var kept = Classes[index];
        lock (kept)
        {
            if (kept.TryPop(out var bytes))
            {
                Interlocked.Add(ref _retained, -bytes.Length);
                return bytes;
            }
        }

        return GC.AllocateUninitializedArray<byte>(LengthOf(index));
    }

    /// <param name="bytes">From <see cref="Rent"/>, once.</param>
    public static void Return(byte[] bytes)
    {
        if (bytes.Length is < Smallest or > LargestPooled)
        {
            return;
        }

        if (Interlocked.Add(ref _retained, bytes.Length) > Retained)
        {
            Interlocked.Add(ref _retained, -bytes.Length);
            return;
        }

        var kept = Classes[ClassOf(bytes.Length)];
        lock (kept)
        {
            kept.Push(bytes);
        }
    }

    /// <summary>Lets everything go that lies unused.</summary>
    public static void Clear()
    {
        foreach (var kept in Classes)
        {
            lock (kept)
            {
                Interlocked.Add(ref _retained, -kept.Sum(bytes => (long)bytes.Length));
                kept.Clear();
            }
        }
    }

    /// <summary>Four classes between one power of two and the next: 4, 5, 6, 7, 8, 10, 12, 14, 16 KiB and so on.</summary>
    private static int ClassOf(int length)
    {
        if (length <= Smallest)
        {
            return 0;
        }

        var doublings = BitOperations.Log2((uint)(length - 1) / Smallest);
        var step = (Smallest << doublings) / StepsPerDoubling;
        return (doublings * StepsPerDoubling) + ((length - (Smallest << doublings) + step - 1) / step);
    }

    private static int LengthOf(int index)
    {
        var start = Smallest << (index / StepsPerDoubling);
        return start + (start / StepsPerDoubling * (index % StepsPerDoubling));
    }
}
