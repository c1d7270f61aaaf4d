using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests;

public class AuditTests : LedgerTest
{
    private IAuditTrail Trail => Host.Services.GetRequiredService<IAuditTrail>();

    private AuditReader Reader => Host.Services.GetRequiredService<AuditReader>();

    private AuditSealer Sealer => Host.Services.GetRequiredService<AuditSealer>();

    [Fact]
    public async Task Who_asked_for_a_run_and_who_canceled_it_is_told()
    {
        var id = await Host.QueueAsync();
        await Host.Runs.CancelAsync(id, "sato", CancellationToken.None);

        Assert.Equal([("JobRun", "sato"), ("RunCancel", "sato"), ("RunTrigger", "tanaka")], await ListAsync());
    }

    [Theory]
    [InlineData(RunState.Succeeded, AuditLevel.Information)]
    [InlineData(RunState.CompletedWithWarnings, AuditLevel.Information)]
    [InlineData(RunState.CompletedWithErrors, AuditLevel.Error)]
    [InlineData(RunState.Failed, AuditLevel.Error)]
    public async Task The_end_of_a_run_is_an_event_of_its_level(RunState state, AuditLevel level)
    {
        var id = await Host.QueueAsync();
        await Host.EndAsync(await Host.LeaseAsync(id), state);

        var end = Assert.Single(await Reader.ListAsync(new AuditFilter { Action = AuditActions.JobRun }, null, 10, CancellationToken.None));
        Assert.Equal((level, id.ToString(System.Globalization.CultureInfo.InvariantCulture)), (end.Level, end.ObjectId));
    }

    [Fact]
    public async Task The_end_of_an_archive_run_has_the_name_administrators_know()
    {
        var id = await Host.QueueAsync();
        await using (var db = await Host.OpenAsync())
        {
            await db.JobRuns.ExecuteUpdateAsync(set => set.SetProperty(run => run.Kind, "RunProfile"));
        }

        await Host.EndAsync(await Host.LeaseAsync(id), RunState.CompletedWithErrors);

        var end = Assert.Single(await Reader.ListAsync(new AuditFilter { Action = "ProfileRunArc" }, null, 10, CancellationToken.None));
        Assert.Equal((AuditLevel.Error, AuditResult.Failure), (end.Level, end.Result));
    }

    [Fact]
    public async Task An_end_that_could_not_be_told_did_not_happen()
    {
        var host = NewHostWith(new FailingSink());
        var id = await host.QueueAsync();
        var lease = await host.LeaseAsync(id);

        await Assert.ThrowsAsync<InvalidOperationException>(() => host.EndAsync(lease, RunState.Failed));

        Assert.Equal(RunState.Running, (await host.RowAsync(id)).State);
        await using var db = await host.OpenAsync();
        Assert.False(await db.AuditEvents.AnyAsync(entry => entry.Action == AuditActions.JobRun));
        Assert.False(await db.Settings.AnyAsync(setting => setting.Name == "told"));
    }

    [Fact]
    public async Task A_sealed_trail_is_sound_and_goes_on_where_it_ended()
    {
        await WriteAsync(3);
        Assert.Equal(3, await Sealer.SealAsync(CancellationToken.None));
        await WriteAsync(2);
        Assert.Equal(2, await Sealer.SealAsync(CancellationToken.None));
        Assert.Equal(0, await Sealer.SealAsync(CancellationToken.None));

        var found = await VerifyAsync();

        Assert.Equal((5, 5), (found.Events, found.Head.Sequence));
        Assert.Empty(found.Faults);
    }

    [Fact]
    public async Task Several_sealers_give_every_event_one_number_also_the_first_time()
    {
        var sealers = Enumerable.Range(0, 4).Select(_ => NewHostWith().Services.GetRequiredService<AuditSealer>()).Prepend(Sealer).ToArray();
        for (var round = 0; round < 20; round++)
        {
            await SqlAsync("DELETE FROM \"AuditEvents\"");
            await SqlAsync("DELETE FROM \"Settings\" WHERE \"Name\" LIKE 'audit.%'");
            await WriteAsync(40);

            var all = await Task.WhenAll(sealers.Select(sealer => Task.Run(() => sealer.SealAsync(CancellationToken.None))));

            var found = await VerifyAsync();
            Assert.Equal((40, 40, 40), (all.Sum(), found.Events, found.Head.Sequence));
            Assert.Empty(found.Faults);
        }
    }

    [Theory]
    [InlineData("UPDATE \"AuditEvents\" SET \"Actor\" = 'nobody' WHERE \"Sequence\" = 3", "different", 3, 3)]
    [InlineData("UPDATE \"AuditEvents\" SET \"DetailsJson\" = '[]' WHERE \"Sequence\" = 5", "different", 5, 5)]
    [InlineData("DELETE FROM \"AuditEvents\" WHERE \"Sequence\" IN (2, 3)", "missing", 2, 3)]
    [InlineData("DELETE FROM \"AuditEvents\" WHERE \"Sequence\" >= 4", "missing", 4, 5)]
    [InlineData("DELETE FROM \"AuditEvents\" WHERE \"Sequence\" = 1", "missing", 1, 1)]
    public async Task What_was_changed_from_outside_is_named(string sql, string kind, long from, long to)
    {
        await WriteAsync(5);
        await Sealer.SealAsync(CancellationToken.None);
        await SqlAsync(sql);

        var fault = Assert.Single((await VerifyAsync()).Faults);

        Assert.Equal((kind, from, to), (fault.Kind, fault.From, fault.To));
    }

    [Fact]
    public async Task An_end_that_was_cut_off_stays_a_gap_when_more_is_sealed()
    {
        await WriteAsync(5);
        await Sealer.SealAsync(CancellationToken.None);
        await SqlAsync("DELETE FROM \"AuditEvents\" WHERE \"Sequence\" >= 4");
        await WriteAsync(1);
        await Sealer.SealAsync(CancellationToken.None);

        var fault = Assert.Single((await VerifyAsync()).Faults);

        Assert.Equal(("missing", 4, 5), (fault.Kind, fault.From, fault.To));
    }

    [Fact]
    public async Task A_head_that_was_removed_with_the_end_leaves_a_gap()
    {
        await WriteAsync(5);
        await Sealer.SealAsync(CancellationToken.None);
        await SqlAsync("DELETE FROM \"AuditEvents\" WHERE \"Sequence\" >= 4");
        await SqlAsync("DELETE FROM \"Settings\" WHERE \"Name\" = 'audit.head'");
        Assert.NotEmpty((await VerifyAsync()).Faults);
        await WriteAsync(1);
        await Sealer.SealAsync(CancellationToken.None);

        Assert.NotEmpty((await VerifyAsync()).Faults);
    }

    [Fact]
    public async Task The_hash_is_the_one_of_the_document()
    {
        await using (var db = await Host.OpenAsync())
        {
            Trail.Add(db, new AuditEntry("SessionLogin", "tanaka") { At = new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero) }.About("user", 3, "田中"));
            await db.SaveChangesAsync();
        }

        await Sealer.SealAsync(CancellationToken.None);

        // docs/audit.md by hand: version 1, 32 zeros, sequence 1, ticks, kinds 1 0 0, then the texts.
        using var octets = new MemoryStream();
        using (var writer = new BinaryWriter(octets, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            writer.Write((byte)1);
            writer.Write(new byte[32]);
            writer.Write(1L);
            writer.Write(639_310_824_000_000_000L);
            writer.Write(1);
            writer.Write(0);
            writer.Write(0);
            foreach (var text in new[] { "tanaka", "SessionLogin", "user", "3", "田中", "{}" })
            {
                var utf8 = System.Text.Encoding.UTF8.GetBytes(text);
                writer.Write(utf8.Length);
                writer.Write(utf8);
            }
        }

        var entry = Assert.Single(await Reader.ListAsync(new AuditFilter(), null, 10, CancellationToken.None));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(octets.ToArray()), entry.Hash);
    }

    private async Task WriteAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Trail.WriteAsync(new AuditEntry(AuditActions.SessionLogin, "tanaka") { Details = new() { ["n"] = i } }, CancellationToken.None);
        }
    }

    private Task<AuditVerification> VerifyAsync() => Reader.VerifyAsync(_ => { }, CancellationToken.None);

    private async Task SqlAsync(string sql)
    {
        await using var db = await Host.OpenAsync();
        await db.Database.ExecuteSqlRawAsync(sql);
    }

    private async Task<IEnumerable<(string Action, string Actor)>> ListAsync() =>
        (await Reader.ListAsync(new AuditFilter(), null, 100, CancellationToken.None)).Select(entry => (entry.Action, entry.Actor));

    private TestHost NewHostWith(params IRunTransitionSink[] sinks) => NewHost(configure: services =>
    {
        foreach (var sink in sinks)
        {
            services.AddSingleton(sink);
        }
    });

    /// <summary>Writes something and then fails: neither its row nor the transition may be seen.</summary>
    private sealed class FailingSink : IRunTransitionSink
    {
        public Task AddAsync(MasterContext context, JobRun run, string? actor, CancellationToken cancellationToken)
        {
            context.Settings.Add(new Setting { Name = "told", Value = "yes" });
            throw new InvalidOperationException("The sink fails.");
        }
    }
}
