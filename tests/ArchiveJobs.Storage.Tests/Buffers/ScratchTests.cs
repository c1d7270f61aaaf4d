using ArchiveJobs.Storage.Buffers;

namespace ArchiveJobs.Storage.Tests.Buffers;

public sealed class ScratchTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(5120)]
    [InlineData(8191)]
    [InlineData(8192)]
    [InlineData(8193)]
    [InlineData(100_000)]
    [InlineData(4 << 20)]
    [InlineData((4 << 20) + 1)]
    public void An_array_is_long_enough_and_at_most_a_quarter_too_long(int length)
    {
        var bytes = Scratch.Rent(length);

        Assert.InRange(bytes.Length, length, Math.Max(4096, length + (length / 4)));
        Scratch.Return(bytes);
    }

    [Fact]
    public async Task No_two_have_the_same_array_at_once()
    {
        await Parallel.ForAsync(0, 8, (worker, _) =>
        {
            for (var i = 0; i < 2000; i++)
            {
                var bytes = Scratch.Rent(4096 + (i * 37 % 60_000));
                bytes[0] = (byte)worker;
                bytes[^1] = (byte)worker;
                Thread.Yield();
                Assert.Equal(((byte)worker, (byte)worker), (bytes[0], bytes[^1]));
                Scratch.Return(bytes);
            }

            return ValueTask.CompletedTask;
        });
    }
}
