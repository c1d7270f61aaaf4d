using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Search.Tests.Indexing;

public sealed class TwoProcessesTests : IDisposable
{
    private readonly SearchRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task A_second_process_searches_what_the_first_has_committed()
    {
        _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        var second = _rig.Open();

        var before = await TotalAsync(second);
        _rig.Add(Mail.Text("Two"));
        await _rig.CatchUpAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(1, before);
        Assert.Equal(2, await TotalAsync(second));
    }

    [Fact]
    public async Task A_second_process_follows_a_switch_of_generations()
    {
        _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        var second = _rig.Open();
        await TotalAsync(second);

        await _rig.RebuildAsync();
        _rig.Add(Mail.Text("Two"));
        await _rig.CatchUpAsync();
        _rig.Time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(2, await TotalAsync(second));
    }

    [Fact]
    public async Task A_second_process_may_not_write_but_may_when_the_first_has_gone()
    {
        _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        _rig.Add(Mail.Text("Two"));
        var second = _rig.Open();

        var refusal = await Assert.ThrowsAsync<ArchiveException>(() => second.CatchUpAsync(_rig.Store, NoProgress.Instance, CancellationToken.None));
        await Assert.ThrowsAsync<ArchiveException>(() => second.RebuildAsync(_rig.Store, NoProgress.Instance, CancellationToken.None));
        _rig.Search.Dispose();

        Assert.Equal(ErrorClass.StoreBusy, refusal.Situation.Class);
        Assert.Equal(new IndexCoverage(2, 2, 2), await second.CatchUpAsync(_rig.Store, NoProgress.Instance, CancellationToken.None));
    }

    [Fact]
    public async Task Searching_takes_no_lock()
    {
        _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        _rig.Restart();
        await TotalAsync(_rig.Search);
        _rig.Add(Mail.Text("Two"));

        Assert.Equal(2, (await _rig.Open().CatchUpAsync(_rig.Store, NoProgress.Instance, CancellationToken.None)).Documents);
    }

    private async Task<long> TotalAsync(StoreSearch search) =>
        (await search.SearchAsync(_rig.Store, new SearchRequest("", 0, 10, false), CancellationToken.None)).Total;
}
