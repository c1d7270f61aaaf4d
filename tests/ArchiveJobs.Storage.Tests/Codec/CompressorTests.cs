using ArchiveJobs.Storage.Codec;

namespace ArchiveJobs.Storage.Tests.Codec;

public sealed class CompressorTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(300_000)]
    public void Native_and_managed_read_each_other(int length)
    {
        var plain = new byte[length];
        for (var i = 0; i < length; i++)
        {
            plain[i] = (byte)(i * i / 97);
        }

        using var native = new NativeCompressor();
        using var managed = new ManagedCompressor();

        Assert.Equal(plain, Decompress(managed, Compress(native, plain), length));
        Assert.Equal(plain, Decompress(native, Compress(managed, plain), length));
    }

    [Fact]
    public void Octets_that_are_no_frame_are_refused_by_both()
    {
        using var native = new NativeCompressor();
        using var managed = new ManagedCompressor();

        Assert.Throws<InvalidDataException>(() => Decompress(native, [1, 2, 3, 4, 5, 6, 7, 8, 9], 100));
        Assert.Throws<InvalidDataException>(() => Decompress(managed, [1, 2, 3, 4, 5, 6, 7, 8, 9], 100));
    }

    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("123456789", 0xE3069283u)]   // RFC 3720 appendix B.4's polynomial; the usual check value.
    public void The_checksum_is_CRC_32C(string text, uint expected) => Assert.Equal(expected, Crc32C.Of(System.Text.Encoding.ASCII.GetBytes(text)));

    private static byte[] Compress(ICompressor compressor, byte[] plain)
    {
        var buffer = new byte[Zstd.MaxCompressed(plain.Length)];
        return buffer[..compressor.Compress(plain, buffer)];
    }

    private static byte[] Decompress(ICompressor compressor, byte[] frame, int length)
    {
        var buffer = new byte[length];
        Assert.Equal(length, compressor.Decompress(frame, buffer));
        return buffer;
    }
}
