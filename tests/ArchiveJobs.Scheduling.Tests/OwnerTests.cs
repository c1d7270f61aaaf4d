using ArchiveJobs.Core;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Hosting;
using ArchiveJobs.Scheduling.Owners;
using ArchiveJobs.Scheduling.Tests.Kit;
using ArchiveJobs.TestKit.Master;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>Two hosts on one database: which of them has a store (docs/adr/0024).</summary>
[Trait("Category", "Servers")]
public class OwnerTests : LedgerTest
{
    protected override TestEngine Engine => TestEngine.PostgreSql;

    private static IStoreOwnership Of(TestHost host) => host.Services.GetRequiredService<IStoreOwnership>();

    private static Guid IdOf(TestHost host) => host.Services.GetRequiredService<HostIdentity>().HostId;

    private static Task<long> AcquireAsync(TestHost host, int store = 1) => Of(host).AcquireAsync(store, $"{store}", CancellationToken.None);

    [Fact]
    public async Task A_run_goes_to_the_host_that_has_its_store()
    {
        var other = await NewHostElsewhere().BootAsync();
        await Host.EndAsync(await Host.LeaseAsync(await Host.QueueAsync("first", 1)));
        var id = await Host.QueueAsync("second", 1);

        await other.Executor.ExecuteAsync(id, CancellationToken.None);

        Assert.Equal([(IdOf(Host), id)], other.Dispatched.To);
        Assert.Equal(RunState.Queued, (await Host.RowAsync(id)).State);
        await Host.Executor.ExecuteAsync(id, CancellationToken.None);
        Assert.Equal(RunState.Succeeded, (await Host.RowAsync(id)).State);
    }

    [Fact]
    public async Task Runs_of_a_store_that_belongs_to_another_host_are_delivered_by_that_host_alone()
    {
        var other = await NewHostElsewhere().BootAsync();
        await AcquireAsync(Host);
        var id = await Host.QueueAsync("a", 1);
        Host.Dispatched.Clear();
        Time.Advance(TimeSpan.FromSeconds(30));
        await PassAsync();
        Time.Advance(TimeSpan.FromSeconds(50));
        await PassAsync();
        Time.Advance(TimeSpan.FromSeconds(45));

        await PassAsync(other);
        Assert.Empty(other.Dispatched.Runs);

        await PassAsync();
        Assert.Equal([(IdOf(Host), id)], Host.Dispatched.To);
    }

    [Fact]
    public async Task Of_hosts_that_ask_at_once_one_becomes_the_owner()
    {
        var other = await NewHostElsewhere().BootAsync();
        for (var store = 1; store <= 20; store++)
        {
            var asked = new[] { Host, other, Host, other }.Select(host => Task.Run(async () =>
            {
                try
                {
                    await AcquireAsync(host, store);
                    return host;
                }
                catch (ArchiveException e) when (e.Situation.Key == SituationKeys.StoreElsewhere)
                {
                    return null;
                }
            }));

            var owners = (await Task.WhenAll(asked)).OfType<TestHost>().ToList();

            Assert.Equal(2, owners.Count);
            Assert.Same(owners[0], owners[1]);
        }
    }

    [Fact]
    public async Task A_host_that_is_silent_for_a_lease_loses_its_stores()
    {
        var other = await NewHostElsewhere().BootAsync();
        Assert.Equal(1, await AcquireAsync(Host));
        Time.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(2, await AcquireAsync(other));

        Assert.Empty(await Of(Host).ListOwnAsync(CancellationToken.None));
        var refused = await Assert.ThrowsAsync<ArchiveException>(() => AcquireAsync(Host));
        Assert.Equal((SituationKeys.StoreElsewhere, Environment.MachineName), (refused.Situation.Key, refused.Situation.Values["owner"]));
    }

    [Fact]
    public async Task A_host_that_gives_signs_of_life_keeps_its_stores()
    {
        var other = await NewHostElsewhere().BootAsync();
        await AcquireAsync(Host);
        for (var i = 0; i < 10; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(20));
            await PassAsync();
        }

        await Assert.ThrowsAsync<ArchiveException>(() => AcquireAsync(other));
    }

    [Fact]
    public async Task The_next_start_of_a_host_has_its_stores_at_once_and_its_catalog_is_still_good()
    {
        Assert.Equal(1, await AcquireAsync(Host));
        Host.Kill();
        var next = await NewHost().BootAsync();

        Assert.Equal(1, await AcquireAsync(next));
        Assert.Empty(await Of(Host).ListOwnAsync(CancellationToken.None));
    }

    [Fact]
    public async Task What_was_delivered_to_a_host_that_stopped_goes_to_another_without_delay()
    {
        var other = await NewHostElsewhere().BootAsync();
        await AcquireAsync(Host);
        var id = await Host.QueueAsync("a", 1);
        await Of(Host).ReleaseAsync();
        Time.Advance(TimeSpan.FromSeconds(16));

        await PassAsync(other);
        await other.Executor.ExecuteAsync(id, CancellationToken.None);

        Assert.Equal([id], other.Dispatched.Runs);
        Assert.Equal(RunState.Succeeded, (await Host.RowAsync(id)).State);
        Assert.Equal(2, await AcquireAsync(other));
    }

    [Fact]
    public async Task Only_runs_of_dead_hosts_are_taken_over()
    {
        var id = await Host.QueueAsync("a", 1);
        await Host.LeaseAsync(id);

        var other = await NewHostElsewhere().BootAsync();
        await PassAsync(other);
        Assert.Equal(RunState.Running, (await Host.RowAsync(id)).State);

        Time.Advance(TimeSpan.FromSeconds(61));
        await PassAsync(other);
        Assert.Equal((RunState.Queued, 1), ((await Host.RowAsync(id)).State, (await Host.RowAsync(id)).Crashes));
    }

    [Fact]
    public async Task A_store_is_not_taken_over_while_a_run_of_its_former_owner_is_open()
    {
        var other = await NewHostElsewhere().BootAsync();
        await Host.LeaseAsync(await Host.QueueAsync("held", 1));
        var waits = await Host.QueueAsync("waits", 1);
        Time.Advance(TimeSpan.FromSeconds(61));

        await other.Executor.ExecuteAsync(waits, CancellationToken.None);

        Assert.Equal((RunState.Queued, null), ((await Host.RowAsync(waits)).State, (await Host.RowAsync(waits)).DeliveredAt));
        await PassAsync(other);
        Assert.Equal(2, await AcquireAsync(other));
    }

    [Fact]
    public async Task A_host_with_another_installation_key_is_refused()
    {
        var stranger = NewHostElsewhere(services => services.AddSingleton<ISecretProtector, StrangeSecrets>());

        var refused = await Assert.ThrowsAsync<ArchiveException>(() => stranger.BootAsync());

        Assert.Equal(SituationKeys.HostStranger, refused.Situation.Key);
    }

    [Fact]
    public async Task A_host_whose_clock_is_wrong_is_refused()
    {
        var late = NewHost(options: options => options with { MaxClockDifference = TimeSpan.FromSeconds(5) });
        Host.Kill();

        var refused = await Assert.ThrowsAsync<ArchiveException>(() => late.BootAsync());

        Assert.Equal(SituationKeys.HostClock, refused.Situation.Key);
    }

    [Fact]
    public async Task A_copy_of_a_data_directory_is_another_host()
    {
        var other = NewHostElsewhere();
        File.Copy(Path.Combine(DataPath, "host-id"), Path.Combine(other.DataPath, "host-id"));

        await other.BootAsync();

        Assert.NotEqual(IdOf(Host), IdOf(other));
    }

    private sealed class StrangeSecrets : ISecretProtector
    {
        public byte[] Protect(ReadOnlySpan<byte> secret, string purpose) => throw new NotSupportedException();

        public byte[] Unprotect(ReadOnlySpan<byte> protectedSecret, string purpose) =>
            throw new ArchiveException(new Situation(SituationKeys.SecretUnreadable, ErrorClass.StoreCorrupt), "Another key.");
    }
}
