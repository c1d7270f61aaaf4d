using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Search.Tests.Indexing;

public sealed class BrokenIndexTests : IDisposable
{
    private readonly SearchRig _rig = new();
    private readonly List<ContentId> _ids = [];

    public void Dispose() => _rig.Dispose();

    [Theory]
    [InlineData("segments_*", 0)]
    [InlineData("segments_*", 20)]
    [InlineData("*.cfs", 0)]
    [InlineData("*.si", 0)]
    [InlineData("*", 0)]
    public async Task Cut_files_are_moved_aside_and_built_again(string pattern, int keptBytes)
    {
        await IndexSomeAsync();
        foreach (var file in Directory.EnumerateFiles(_rig.Generation(1), pattern).ToList())
        {
            await using var stream = new FileStream(file, FileMode.Open);
            stream.SetLength(keptBytes);
        }

        var page = await _rig.PageAsync("number");
        var coverage = await _rig.CatchUpAsync();

        Assert.Equal((0L, 0L), (page.Total, page.Coverage.IndexedCommit));
        Assert.True(Directory.Exists(Path.Combine(_rig.IndexDirectory, "damaged-00000001")));
        Assert.Equal(new IndexCoverage(3, 3, 3), coverage);
        Assert.Equal(_ids.Order(), await _rig.FindAsync("number"));
    }

    [Theory]
    [InlineData("*.cfs")]
    [InlineData("segments_*")]
    public async Task Missing_files_are_noticed_by_a_catch_up_alone(string pattern)
    {
        await IndexSomeAsync();
        foreach (var file in Directory.EnumerateFiles(_rig.Generation(1), pattern).ToList())
        {
            File.Delete(file);
        }

        _rig.Add(Mail.Text("Number last"));

        Assert.Equal(new IndexCoverage(4, 4, 4), await _rig.CatchUpAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("00000077")]
    public async Task A_spoilt_CURRENT_leads_to_a_new_index(string content)
    {
        await IndexSomeAsync();
        await File.WriteAllTextAsync(Path.Combine(_rig.IndexDirectory, "CURRENT"), content);

        Assert.Equal(0, (await _rig.PageAsync("number")).Total);
        Assert.Equal(new IndexCoverage(3, 3, 3), await _rig.CatchUpAsync());
        Assert.Equal(3, (await _rig.PageAsync("number")).Total);
    }

    [Fact]
    public async Task The_index_of_another_incarnation_is_not_used()
    {
        await IndexSomeAsync();
        _rig.Store.Incarnation = Guid.CreateVersion7();

        Assert.Equal(0, (await _rig.PageAsync("number")).Total);
        Assert.Equal(new IndexCoverage(3, 3, 3), await _rig.CatchUpAsync());
        Assert.Equal([0L, 0L], _rig.Store.FeedsFrom);
    }

    [Fact]
    public async Task A_deleted_index_comes_back_the_same()
    {
        await IndexSomeAsync();
        Directory.Delete(_rig.IndexDirectory, true);
        await _rig.CatchUpAsync();

        Assert.Equal(_ids.Order(), await _rig.FindAsync("number"));
    }

    [Fact]
    public async Task Only_the_latest_broken_index_is_kept()
    {
        await IndexSomeAsync();
        for (var generation = 1; generation <= 3; generation++)
        {
            File.Delete(Directory.EnumerateFiles(_rig.Generation(generation), "segments_*").Single());
            await _rig.CatchUpAsync();
            _rig.Restart();
        }

        Assert.Equal(["damaged-00000003"], Directory.EnumerateDirectories(_rig.IndexDirectory, "damaged-*").Select(Path.GetFileName));
        Assert.Equal(_ids.Order(), await _rig.FindAsync("number"));
    }

    [Fact]
    public async Task A_reader_does_not_touch_a_broken_index_that_another_process_writes()
    {
        await IndexSomeAsync();
        await _rig.CatchUpAsync();
        var writer = _rig.Search;
        _rig.Add(Mail.Text("Number 4"));
        await writer.CatchUpAsync(_rig.Store, NoProgress.Instance, CancellationToken.None);
        File.Delete(Directory.EnumerateFiles(_rig.Generation(1), "segments_*").Single());
        var reader = _rig.Open();

        var failure = await Assert.ThrowsAsync<ArchiveException>(
            () => reader.SearchAsync(_rig.Store, new SearchRequest("number", 0, 10, false), CancellationToken.None));

        Assert.Equal(ErrorClass.Derived, failure.Situation.Class);
        Assert.True(Directory.Exists(_rig.Generation(1)));
    }

    // Where the bit lies decides who meets it: the opening, or the next merge, which verifies what it carries on (Lucene merges ten segments of a size).
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.3)]
    [InlineData(0.5)]
    [InlineData(0.7)]
    public async Task A_flipped_bit_is_noticed_by_the_next_merge_at_the_latest(double where)
    {
        await IndexSomeAsync();
        var segment = Directory.EnumerateFiles(_rig.Generation(1), "*.cfs").Single();
        var octets = await File.ReadAllBytesAsync(segment);
        octets[(int)(octets.Length * where)] ^= 1;
        await File.WriteAllBytesAsync(segment, octets);

        for (var n = 4; n < 30; n++)
        {
            _ids.Add(_rig.Add(Mail.Text("Number " + n)));
            await _rig.CatchUpAsync();
        }

        Assert.True(Directory.Exists(Path.Combine(_rig.IndexDirectory, "damaged-00000001")));
        Assert.Equal(_ids.Order(), await _rig.FindAsync("number"));
    }

    // Three messages in one generation, the process ended.
    private async Task IndexSomeAsync()
    {
        for (var n = 1; n <= 3; n++)
        {
            _ids.Add(_rig.Add(Mail.Text("Number " + n)));
        }

        await _rig.CatchUpAsync();
        _rig.Restart();
    }
}
