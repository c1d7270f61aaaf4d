using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Tests.Kit;

namespace ArchiveJobs.Storage.Tests.Store;

/// <summary>A store whose catalog lies elsewhere than its segments, as where several hosts share it (docs/adr/0025).</summary>
public sealed class SharedStoreTests
{
    [Fact]
    public async Task The_catalog_lies_with_the_host_and_the_store_holds_none()
    {
        await using var temp = new TempStore();
        await using var stores = temp.NewStores();
        var here = temp.Location with { Views = Path.Combine(temp.Root, "here") };

        await temp.ArchiveAsync(await stores.CreateAsync(here, CancellationToken.None), [Mails.Random(1)]);

        Assert.True(File.Exists(Path.Combine(here.ViewsPath, "catalog.db")));
        Assert.Empty(Directory.GetFiles(here.Path, "catalog*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Another_host_makes_its_own_catalog_and_goes_on_where_the_former_stopped()
    {
        await using var temp = new TempStore();
        var messages = Enumerable.Range(1, 20).Select(Mails.Random).ToList();
        var here = temp.Location with { Views = Path.Combine(temp.Root, "here") };
        await using (var first = temp.NewStores())
        {
            await temp.ArchiveAsync(await first.CreateAsync(here, CancellationToken.None), messages[..10]);
            await first.CloseAsync(here, CancellationToken.None);
        }

        await using var second = temp.NewStores();
        var store = await second.OpenAsync(temp.Location with { Views = Path.Combine(temp.Root, "there") }, CancellationToken.None);
        var (_, failure) = await temp.ArchiveAsync(store, messages[10..], first: 11);

        Assert.Null(failure);
        await TempStore.AssertHeldAsync(store, messages);
        await TempStore.AssertSoundAsync(store, VerifyLevel.Structure);
        Assert.Equal(["00000001", "00000002"], temp.SegmentFiles.Select(file => Path.GetFileName(file).Split('-')[0]).Distinct());
    }

    [Fact]
    public async Task Of_hosts_that_start_at_once_one_makes_the_key()
    {
        var shared = Directory.CreateTempSubdirectory("shared-").FullName;
        try
        {
            for (var round = 0; round < 20; round++)
            {
                var home = Path.Combine(shared, $"{round}");
                Directory.CreateDirectory(home);

                var keys = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => InstallationKey.OpenOrCreate(home, RealFileSystem.Instance).Fingerprint)));

                Assert.Single(keys.Distinct());
                Assert.Equal(["slot-key-file.json"], Directory.GetFiles(Path.Combine(home, "keys")).Select(Path.GetFileName));
            }
        }
        finally
        {
            Directory.Delete(shared, recursive: true);
        }
    }
}
