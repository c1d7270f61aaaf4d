using ArchiveJobs.Master;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Scheduling.Tests;

public sealed class MasterCompactionTests : LedgerTest
{
    [Fact]
    public async Task Compacting_gives_the_room_of_removed_rows_back()
    {
        await using (var db = await Host.OpenAsync())
        {
            var run = new JobRun
            {
                Key = Guid.NewGuid(), Kind = "Scripted", ArgumentsJson = "{}", Identity = "e", Queue = "archive", RequestedBy = "test", State = RunState.Succeeded,
                CreatedAt = Time.GetUtcNow(), StateSince = Time.GetUtcNow(), EndedAt = Time.GetUtcNow(),
            };
            db.JobRuns.Add(run);
            await db.SaveChangesAsync();
            db.JobRunEvents.AddRange(Enumerable.Range(1, 500).Select(i => new JobRunEvent { RunId = run.Id, At = Time.GetUtcNow(), Text = new string('x', 1000) }));
            await db.SaveChangesAsync();
            await db.JobRunEvents.ExecuteDeleteAsync();
        }

        var bytes = await new SqliteMasterProvider(Path.Combine(DataPath, "master.db")).CompactAsync(CancellationToken.None);

        Assert.InRange(bytes!.Value.Before - bytes.Value.After, 400_000, 1_000_000);
    }
}
