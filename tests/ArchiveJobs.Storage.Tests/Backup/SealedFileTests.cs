using ArchiveJobs.Storage.Backup;
using ArchiveJobs.Storage.Tests.Kit;

namespace ArchiveJobs.Storage.Tests.Backup;

public sealed class SealedFileTests
{
    private const int Chunk = (1 << 20) + 4 + 1 + 12 + 16;
    private const int Start = 8 + 16;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData(3 << 20)]
    public async Task What_was_encrypted_is_decrypted(int length)
    {
        await using var temp = new TempStore();
        var plain = Octets(length);

        Assert.Equal(plain, Decrypt(temp, Encrypt(temp, plain)));
    }

    [Fact]
    public async Task A_chunk_that_is_missing_moved_or_added_does_not_open()
    {
        await using var temp = new TempStore();
        var file = Encrypt(temp, Octets(3 << 20));

        byte[] withoutLast = file[..^Chunk];
        byte[] withoutFirst = [.. file[..Start], .. file[(Start + Chunk)..]];
        byte[] swapped = [.. file[..Start], .. file[(Start + Chunk)..(Start + (2 * Chunk))], .. file[Start..(Start + Chunk)], .. file[(Start + (2 * Chunk))..]];
        byte[] longer = [.. file, 0];
        foreach (var changed in new[] { withoutLast, withoutFirst, swapped, longer, file[..^1] })
        {
            Assert.Throws<InvalidDataException>(() => Decrypt(temp, changed));
        }
    }

    [Fact]
    public async Task Another_key_does_not_open_it()
    {
        await using var temp = new TempStore();
        await using var other = new TempStore();

        Assert.Throws<InvalidDataException>(() => Decrypt(other, Encrypt(temp, Octets(100))));
    }

    private static byte[] Octets(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];

    private static byte[] Encrypt(TempStore temp, byte[] plain)
    {
        using var into = new MemoryStream();
        SealedFile.Encrypt(new MemoryStream(plain), into, temp.Key);
        return into.ToArray();
    }

    private static byte[] Decrypt(TempStore temp, byte[] file)
    {
        using var plain = new MemoryStream();
        SealedFile.Decrypt(new MemoryStream(file), plain, temp.Key);
        return plain.ToArray();
    }
}
