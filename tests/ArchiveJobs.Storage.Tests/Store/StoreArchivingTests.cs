using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Tests.Kit;
using ArchiveJobs.TestKit.Contracts;

namespace ArchiveJobs.Storage.Tests.Store;

public sealed class StoreArchivingTests : ArchivingContract, IAsyncLifetime
{
    private readonly TempStore _temp = new();
    private IArchiveStore? _store;

    protected override IArchiveStore Store => _store!;

    protected override IMessageBuffers Buffers => _temp.Buffers;

    public async ValueTask InitializeAsync() => _store = await _temp.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await TempStore.AssertSoundAsync(Store);
        await TempStore.AssertSoundAsync(Store, VerifyLevel.Structure);
        await TempStore.AssertSoundAsync(Store, VerifyLevel.Reassemble);
        await _temp.DisposeAsync();
    }
}
