using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace ArchiveJobs.Search.Tests.Indexing;

public sealed class FollowingTests : IDisposable
{
    private readonly SearchRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Before_the_first_catch_up_nothing_is_found_and_the_coverage_says_so()
    {
        _rig.Add(Mail.Text("One"));

        var page = await _rig.PageAsync("one");

        Assert.Equal(0, page.Total);
        Assert.Equal(new IndexCoverage(0, 1, 0), page.Coverage);
        Assert.False(page.Coverage.IsComplete);
        Assert.False(Directory.Exists(_rig.IndexDirectory));
    }

    [Fact]
    public async Task A_catch_up_covers_the_head()
    {
        _rig.Add(Mail.Text("One"));
        var id = _rig.Add(Mail.Text("Two"));

        var coverage = await _rig.CatchUpAsync();

        Assert.Equal(new IndexCoverage(2, 2, 2), coverage);
        Assert.Equal(coverage, await _rig.Search.ReadCoverageAsync(_rig.Store, CancellationToken.None));
        Assert.Equal([id], await _rig.FindAsync("two"));
    }

    [Fact]
    public async Task Only_the_gap_is_read()
    {
        _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        _rig.Add(Mail.Text("Two"));
        _rig.Restart();
        await _rig.CatchUpAsync();
        await _rig.CatchUpAsync();

        Assert.Equal([0L, 1L], _rig.Store.FeedsFrom);
        Assert.Equal(2, (await _rig.PageAsync("")).Total);
    }

    [Fact]
    public async Task A_message_given_again_is_not_found_twice()
    {
        var octets = Mail.Text("One");
        var id = _rig.Store.Commit(octets, octets)[0];
        _rig.Store.Commit(octets);
        await _rig.CatchUpAsync();
        _rig.Store.Commit(octets);
        await _rig.CatchUpAsync();

        Assert.Equal([id], await _rig.FindAsync("one"));
        Assert.Equal(new IndexCoverage(3, 3, 1), await _rig.Search.ReadCoverageAsync(_rig.Store, CancellationToken.None));
    }

    [Fact]
    public async Task A_deleted_message_is_no_longer_found()
    {
        var gone = _rig.Add(Mail.Text("Gone"));
        var stays = _rig.Add(Mail.Text("Stays"));
        await _rig.CatchUpAsync();
        _rig.Store.CommitDeletion(gone);

        var coverage = await _rig.CatchUpAsync();

        Assert.Equal([stays], await _rig.FindAsync(""));
        Assert.Equal(new IndexCoverage(3, 3, 1), coverage);
    }

    [Fact]
    public async Task A_deletion_before_the_first_catch_up_leaves_nothing()
    {
        var gone = _rig.Add(Mail.Text("Gone"));
        _rig.Store.CommitDeletion(gone);
        await _rig.CatchUpAsync();

        Assert.Empty(await _rig.FindAsync("gone"));
    }

    [Fact]
    public async Task What_was_indexed_without_a_commit_comes_again_after_a_crash()
    {
        _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        var two = _rig.Add(Mail.Text("Two"));
        var three = _rig.Add(Mail.Text("Three"));
        _rig.Store.BeforeMessage = id => id == three ? throw new IOException("The store is out of reach.") : Task.CompletedTask;

        await Assert.ThrowsAsync<IOException>(_rig.CatchUpAsync);
        _rig.Restart();
        var crashed = await _rig.Search.ReadCoverageAsync(_rig.Store, CancellationToken.None);
        _rig.Store.BeforeMessage = null;
        await _rig.CatchUpAsync();

        Assert.Equal(1, crashed.IndexedCommit);
        Assert.Equal([0L, 1L, 1L], _rig.Store.FeedsFrom);
        Assert.Equal([two], await _rig.FindAsync("two"));
        Assert.Equal(3, (await _rig.PageAsync("")).Total);
    }

    [Fact]
    public async Task The_checkpoint_does_not_pass_a_commit_of_which_only_a_part_was_given()
    {
        var commit = Enumerable.Range(0, 10).Select(n => Mail.Text("Number " + n)).ToArray();
        var ids = _rig.Store.Commit(commit);
        _rig.Store.BeforeMessage = id => id == ids[7] ? throw new IOException("The store is out of reach.") : Task.CompletedTask;

        await Assert.ThrowsAsync<IOException>(_rig.CatchUpAsync);

        Assert.Equal(0, (await _rig.Search.ReadCoverageAsync(_rig.Store, CancellationToken.None)).IndexedCommit);
        _rig.Store.BeforeMessage = null;
        Assert.Equal(new IndexCoverage(1, 1, 10), await _rig.CatchUpAsync());
    }

    [Fact]
    public async Task A_search_while_it_is_indexed_never_claims_more_than_it_sees()
    {
        var ids = Enumerable.Range(0, 20).Select(n => _rig.Add(Mail.Text("Number " + n))).ToList();
        var claims = new List<IndexCoverage>();
        _rig.Store.BeforeMessage = async _ =>
        {
            _rig.Time.Advance(TimeSpan.FromSeconds(2));
            claims.Add((await _rig.PageAsync("")).Coverage);
        };

        await _rig.CatchUpAsync();

        Assert.True(claims.Count >= ids.Count);
        Assert.All(claims, claim => Assert.True(claim.Documents >= claim.IndexedCommit, claim.ToString()));
        Assert.Contains(claims, claim => claim.IndexedCommit > 0);
    }

    [Fact]
    public async Task A_commit_without_messages_moves_the_coverage()
    {
        _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        _rig.Store.Commit();

        Assert.True((await _rig.CatchUpAsync()).IsComplete);
        Assert.Equal(2, (await _rig.PageAsync("one")).Coverage.IndexedCommit);
        _rig.Restart();
        Assert.Equal(2, (await _rig.PageAsync("one")).Coverage.IndexedCommit);
    }

    [Fact]
    public async Task A_message_whose_octets_are_damaged_does_not_stop_the_others()
    {
        var damaged = _rig.Add(Mail.Text("Damaged"));
        _rig.Store.Damaged.Add(damaged);
        var sound = _rig.Add(Mail.Text("Sound"));

        Assert.Equal(new IndexCoverage(2, 2, 2), await _rig.CatchUpAsync());
        Assert.Equal([sound], await _rig.FindAsync("sound"));
    }

    [Fact]
    public async Task A_canceled_catch_up_goes_on_later()
    {
        _rig.Add(Mail.Text("One"));
        var two = _rig.Add(Mail.Text("Two"));
        using var stop = new CancellationTokenSource();
        _rig.Store.BeforeMessage = id =>
        {
            if (id == two)
            {
                stop.Cancel();
            }

            return Task.CompletedTask;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _rig.Search.CatchUpAsync(_rig.Store, NoProgress.Instance, stop.Token));
        _rig.Store.BeforeMessage = null;

        Assert.Equal(new IndexCoverage(2, 2, 2), await _rig.CatchUpAsync());
    }

    [Fact]
    public async Task Catch_ups_at_the_same_time_take_turns()
    {
        for (var i = 0; i < 50; i++)
        {
            _rig.Add(Mail.Text("Number " + i));
        }

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _rig.CatchUpAsync()));

        Assert.All(all, coverage => Assert.Equal(new IndexCoverage(50, 50, 50), coverage));
        Assert.Single(_rig.Store.FeedsFrom);
    }

    [Fact]
    public async Task A_follower_takes_over_each_commit_until_it_is_stopped()
    {
        using var stop = new CancellationTokenSource();
        var follower = new IndexFollower(_rig.Search, new SearchOptions { Gathering = TimeSpan.Zero }, _rig.Time, NullLogger<IndexFollower>.Instance);
        var following = follower.FollowAsync(_rig.Store, stop.Token);
        for (var n = 1; n <= 3; n++)
        {
            var seen = new TaskCompletionSource();
            _rig.Store.BeforeMessage = _ => Task.FromResult(seen.TrySetResult());
            _rig.Add(Mail.Text("Number " + n));
            await seen.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);
        _rig.Store.BeforeMessage = null;

        Assert.Equal(3, (await _rig.CatchUpAsync()).Documents);
    }

    [Fact]
    public async Task The_ids_in_the_index_are_the_messages_of_the_store()
    {
        var gone = _rig.Add(Mail.Text("One"));
        var stays = _rig.Add(Mail.Text("Two"));
        await _rig.CatchUpAsync();
        _rig.Store.CommitDeletion(gone);
        var added = _rig.Add(Mail.Text("Three"));
        await _rig.CatchUpAsync();

        Assert.Equal(new[] { stays, added }.Order(), (await _rig.Search.ReadIdsAsync(_rig.Store, CancellationToken.None).ToListAsync()).Order());
    }

    [Fact]
    public async Task A_closed_index_opens_again()
    {
        var id = _rig.Add(Mail.Text("One"));
        await _rig.CatchUpAsync();
        await _rig.Search.CloseAsync(_rig.Store.Location, CancellationToken.None);

        Assert.Equal([id], await _rig.FindAsync("one"));
    }
}
