using ArchiveJobs.Core;
using ArchiveJobs.TestKit.Messages;

namespace ArchiveJobs.Mail.Tests.Net;

/// <summary>Counts what the whole process allocates, so nothing else may run beside it.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;

[Collection(nameof(AloneCollection))]
public sealed class LargeMessageTests : ServerTest
{
    private const int MostInMemory = 1024 * 1024;

    public LargeMessageTests() => Buffers = new InMemoryBuffers(MostInMemory);

    [Theory]
    [InlineData("imap")]
    [InlineData("pop3")]
    public async Task A_large_message_is_never_whole_in_memory(string kind)
    {
        await using var server = await StartServerAsync();
        var line = new string('x', 75) + "\n";
        var message = Message("huge", string.Concat(Enumerable.Repeat(line, 60 * 1024 * 1024 / line.Length)));
        server.Deliver("anna", "INBOX", message);
        var port = kind == "imap" ? server.ImapPort : server.Pop3Port;
        await using var mailbox = await ConnectAsync(To(server) with { Kind = kind, Port = port });
        await using var reader = await OpenFolderAsync(mailbox, "INBOX");
        var items = await reader.ListAsync(new UidSet(), Cancellation);
        var before = GC.GetTotalAllocatedBytes(precise: true);

        await foreach (var fetched in reader.ReadAsync(items, Cancellation))
        {
            Assert.Equal(message.LongLength + message.Count(octet => octet == '\n'), fetched.Octets!.Length);
            fetched.Octets.Dispose();
        }

        Assert.InRange(Buffers.PeakOctetsInMemory, 1, MostInMemory);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 16 * MostInMemory);
    }
}
