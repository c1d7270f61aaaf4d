using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.TestKit.Contracts;

namespace ArchiveJobs.Storage.Tests.Store;

public sealed class ArchivingTests : ArchivingContract, IAsyncLifetime
{
    private TempStore _temp = null!;

    protected override IArchiveStore Store => _temp.Store;

    protected override IMessageBuffers Buffers => _temp.Buffers;

    public async ValueTask InitializeAsync() => _temp = await TempStore.CreateAsync();

    public ValueTask DisposeAsync() => _temp.DisposeAsync();
}
