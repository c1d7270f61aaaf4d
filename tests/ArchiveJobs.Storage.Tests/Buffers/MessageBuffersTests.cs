using ArchiveJobs.Core;
using ArchiveJobs.Storage.Buffers;

namespace ArchiveJobs.Storage.Tests.Buffers;

public sealed class MessageBuffersTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("buffers-");

    [Theory]
    [InlineData(0, 50)]
    [InlineData(50, 50)]
    [InlineData(0, 250_000)]
    [InlineData(400_000, 250_000)]
    [InlineData(10, 90_000)]
    public void Octets_and_their_digest_come_back(long announced, int length)
    {
        var buffers = New(bufferBytes: 200_000, spillBytes: 100_000);
        var octets = new byte[length];
        new Random(length).NextBytes(octets);

        using var buffer = buffers.Create(announced, CancellationToken.None);
        foreach (var part in octets.Chunk(7001))
        {
            buffer.Write(part);
        }

        buffer.Complete();
        using var stream = buffer.OpenRead();
        var read = new byte[length];
        stream.ReadExactly(read);

        Assert.Equal((length, ContentId.Of(octets)), ((int)buffer.Length, buffer.Id));
        Assert.Equal(octets, read);
        Assert.Equal(0, stream.Read(new byte[1]));
    }

    [Fact]
    public void A_message_larger_than_the_rest_of_the_budget_goes_to_a_file_instead_of_waiting()
    {
        var buffers = New(bufferBytes: 40_000, spillBytes: 1 << 20);
        using var first = buffers.Create(16_000, CancellationToken.None);
        using var second = buffers.Create(16_000, CancellationToken.None);

        second.Write(new byte[500_000]);

        Assert.False(second.IsInMemory);
        Assert.True(first.IsInMemory);
        Assert.Equal(16_384, buffers.Budget.Taken);
    }

    [Fact]
    public async Task Making_a_buffer_waits_until_there_is_room()
    {
        var buffers = New(bufferBytes: 40_000, spillBytes: 1 << 20);
        var first = buffers.Create(30_000, CancellationToken.None);

        var second = Task.Run(() => buffers.Create(30_000, CancellationToken.None));
        Assert.False(second.IsCompleted);
        first.Dispose();

        using var made = await second;
        Assert.Equal(30_000, buffers.Budget.Taken);
    }

    [Fact]
    public void Waiting_for_room_can_be_canceled()
    {
        var buffers = New(bufferBytes: 40_000, spillBytes: 1 << 20);
        using var first = buffers.Create(30_000, CancellationToken.None);
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();

        Assert.Throws<OperationCanceledException>(() => buffers.Create(30_000, canceled.Token));
    }

    [Fact]
    public void Disposing_gives_everything_back()
    {
        var buffers = New(bufferBytes: 200_000, spillBytes: 50_000);
        for (var length = 1; length < 120_000; length = (length * 3) + 1)
        {
            var buffer = buffers.Create(0, CancellationToken.None);
            buffer.Write(new byte[length]);
            buffer.Dispose();
            buffer.Dispose();
        }

        Assert.Equal(0, buffers.Budget.Taken);
        Assert.Empty(_directory.EnumerateFiles());
    }

    [Fact]
    public void Spill_files_of_a_process_that_died_are_swept()
    {
        File.WriteAllText(Path.Combine(_directory.FullName, "left.spill"), "octets");

        New(1000, 1000);

        Assert.Empty(_directory.EnumerateFiles());
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private MessageBuffers New(long bufferBytes, int spillBytes) =>
        new(_directory.FullName, new StoreOptions { BufferBytes = bufferBytes, SpillBytes = spillBytes });
}
