using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;

namespace ArchiveJobs.Search.Tests.Indexing;

public sealed class RebuildTests : IDisposable
{
    private readonly SearchRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Search_goes_on_over_the_old_generation_until_the_switch()
    {
        var one = _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        var found = new List<ContentId[]>();
        _rig.Store.BeforeMessage = async _ => found.Add(await _rig.FindAsync("one"));

        var coverage = await _rig.RebuildAsync();

        Assert.Equal([[one]], found);
        Assert.Equal(new IndexCoverage(1, 1, 1), coverage);
        Assert.Equal([one], await _rig.FindAsync("one"));
        Assert.False(Directory.Exists(_rig.Generation(1)));
        Assert.Equal("00000002\n", await File.ReadAllTextAsync(Path.Combine(_rig.IndexDirectory, "CURRENT")));
    }

    [Fact]
    public async Task What_is_archived_and_deleted_during_a_rebuild_is_right_afterwards()
    {
        var one = _rig.Add(Mail.Text("One"));
        var two = _rig.Add(Mail.Text("Two"));
        await _rig.CatchUpAsync();
        ContentId three = default;
        _rig.Store.BeforeMessage = _ =>
        {
            _rig.Store.BeforeMessage = null;
            three = _rig.Add(Mail.Text("Three"));
            _rig.Store.CommitDeletion(one);
            return Task.CompletedTask;
        };

        var coverage = await _rig.RebuildAsync();

        Assert.Equal(new IndexCoverage(4, 4, 2), coverage);
        Assert.Equal(new[] { two, three }.Order(), await _rig.FindAsync(""));
    }

    [Fact]
    public async Task The_old_generation_follows_the_store_while_a_new_one_is_built()
    {
        _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        ContentId[] found = [];
        ContentId two = default;
        _rig.Store.BeforeMessage = async _ =>
        {
            _rig.Store.BeforeMessage = null;
            two = _rig.Add(Mail.Text("Two"));
            await _rig.CatchUpAsync();
            found = await _rig.FindAsync("two");
        };

        await _rig.RebuildAsync();

        Assert.Equal([two], found);
        Assert.Equal([two], await _rig.FindAsync("two"));
    }

    [Fact]
    public async Task A_rebuild_that_fails_leaves_the_old_generation()
    {
        var one = _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        _rig.Store.BeforeMessage = _ => throw new IOException("The store is out of reach.");

        await Assert.ThrowsAsync<IOException>(_rig.RebuildAsync);

        Assert.Equal([one], await _rig.FindAsync("one"));
        Assert.Equal(["00000001"], Directory.EnumerateDirectories(_rig.IndexDirectory).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_half_built_generation_of_a_dead_process_is_swept()
    {
        _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        _rig.Restart();
        Directory.CreateDirectory(_rig.Generation(7));
        await File.WriteAllTextAsync(Path.Combine(_rig.Generation(7), "_0.cfs"), "half");

        _rig.Add(Mail.Text("Two"));
        await _rig.CatchUpAsync();

        Assert.Equal(["00000001"], Directory.EnumerateDirectories(_rig.IndexDirectory).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_rebuild_makes_the_first_index_too()
    {
        var one = _rig.Add(Mail.Text("One"));

        await _rig.RebuildAsync();

        Assert.Equal([one], await _rig.FindAsync("one"));
        Assert.DoesNotContain(0L, _rig.Store.FeedsFrom);
    }
}
