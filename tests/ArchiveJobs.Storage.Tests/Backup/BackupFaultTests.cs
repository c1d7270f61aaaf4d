using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Storage.Tests.Kit;

namespace ArchiveJobs.Storage.Tests.Backup;

/// <summary>Whatever happens to a backup, the one before it can be restored.</summary>
public sealed class BackupFaultTests
{
    private const int NoSpace = 28;
    private const int IoError = 5;

    private static readonly IReadOnlyList<byte[]> Before = Mails.Mixed(14);
    private static readonly IReadOnlyList<byte[]> After = Mails.Mixed(14, from: 600);

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    public async Task Killed_at_any_step_the_backup_before_is_whole_and_the_next_one_succeeds(double tornShare)
    {
        var points = await CountOperationsAsync();
        Assert.InRange(points, 15, 200);

        for (var point = 1; point <= points; point++)
        {
            await using var temp = await NewAsync();

            await Assert.ThrowsAnyAsync<Exception>(() => temp.MakeAsync(FaultyFiles.KilledAt(point, tornShare)));

            await temp.AssertSoundAsync(1);
            var next = await temp.MakeAsync();
            Assert.True(next.IsWhole, $"point {point}");
            await temp.AssertSoundAsync(next.Generation);
            Assert.DoesNotContain(temp.Files, file => file.EndsWith(".tmp", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task What_a_backup_that_died_had_copied_is_not_copied_again()
    {
        await using var temp = await NewAsync();
        var renamed = 0;
        var files = new FaultyFiles((op, _) => op == Op.Rename && ++renamed > 1 ? new IOException("killed") : null);
        await Assert.ThrowsAnyAsync<ArchiveException>(() => temp.MakeAsync(files));
        var whole = temp.Source.SegmentFiles.Count(file => new FileInfo(file).Length > 0);

        var next = await temp.MakeAsync();

        Assert.Equal(whole, next.SegmentsCopied + next.SegmentsPresent);
        Assert.Equal(await SegmentsOfFirstAsync() + 1, next.SegmentsPresent);
    }

    [Theory]
    [InlineData(NoSpace, SituationKeys.BackupNoSpace, ErrorClass.StoreFull)]
    [InlineData(IoError, SituationKeys.BackupTargetGone, ErrorClass.Configuration)]
    public async Task A_disk_that_refuses_is_said_and_harms_nothing(int errno, string key, ErrorClass errorClass)
    {
        await using var temp = await NewAsync();
        var writes = 0;

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => temp.MakeAsync(
            new FaultyFiles((op, _) => op == Op.Write && ++writes == 2 ? FaultyFiles.Error(errno) : null)));

        Assert.Equal((key, errorClass), (failure.Situation.Key, failure.Situation.Class));
        await temp.AssertSoundAsync(1);
        Assert.Equal(2, (await temp.MakeAsync()).Generation);
    }

    [Fact]
    public async Task Too_little_room_is_said_before_anything_is_copied()
    {
        await using var temp = await NewAsync();
        var files = FaultyFiles.Counting();
        files.Free = 1000;

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => temp.MakeAsync(files));

        Assert.Equal((SituationKeys.BackupNoSpace, 0), (failure.Situation.Key, files.Count));
        Assert.Equal("1000", failure.Situation.Values["free"]);
    }

    [Fact]
    public async Task A_byte_that_changed_in_any_file_is_named()
    {
        await using var temp = await NewAsync();
        foreach (var file in temp.Files.Where(file => Path.GetFileName(file) is not ("BACKUP" or "lock" or "00000001.json")).ToList())
        {
            var good = await File.ReadAllBytesAsync(file);
            TempBackup.Flip(file, good.Length / 2);

            var report = await temp.VerifyAsync();

            Assert.Equal([Path.GetRelativePath(temp.Path, file)], report.Bad.Select(damage => damage.File).Distinct());
            await File.WriteAllBytesAsync(file, good);
        }

        await temp.AssertSoundAsync(1);
    }

    [Fact]
    public async Task A_manifest_that_changed_is_not_believed()
    {
        await using var temp = await NewAsync();
        TempBackup.Flip(Path.Combine(temp.Path, "manifests", "00000001.json"), 400);

        var verified = await Assert.ThrowsAsync<ArchiveException>(() => temp.VerifyAsync());
        var restored = await Assert.ThrowsAsync<ArchiveException>(() => temp.RestoreAsync());

        Assert.Equal((SituationKeys.BackupBad, SituationKeys.BackupBad), (verified.Situation.Key, restored.Situation.Key));
        Assert.False(Directory.Exists(temp.RestoredPath));
    }

    [Fact]
    public async Task The_backup_after_a_bad_verification_copies_again_what_was_bad()
    {
        await using var temp = await NewAsync();
        var segment = Directory.GetFiles(Path.Combine(temp.Path, "segments", "1")).Order().First();
        TempBackup.Flip(segment, 5000);
        Assert.False((await temp.VerifyAsync()).IsSound);

        var next = await temp.MakeAsync();

        Assert.Equal(await SegmentsOfFirstAsync() - 1, next.SegmentsPresent);
        await temp.AssertSoundAsync(2);
        Assert.True((await temp.VerifyAsync(1)).IsSound);
    }

    [Fact]
    public async Task A_file_that_is_missing_in_the_backup_is_named_and_the_rest_is_restored()
    {
        await using var temp = await NewAsync();
        var segment = Directory.GetFiles(Path.Combine(temp.Path, "segments", "1")).Order().Last();
        File.Delete(segment);

        var report = await temp.VerifyAsync();
        await using var restored = await temp.RestoreAsync();

        Assert.Equal([("segments/1/" + Path.GetFileName(segment), "it is missing")], report.Bad.Select(damage => (damage.File, damage.What)));
        Assert.Equal(["segments/1/" + Path.GetFileName(segment)], restored.Copied[0].Problems.Select(problem => problem.File));
        await TempStore.AssertHeldAsync(await restored.OpenAsync(), Before.Take(4));
    }

    /// <summary>One backup, and mail that came after it.</summary>
    private static async Task<TempBackup> NewAsync()
    {
        var temp = new TempBackup();
        await temp.ArchiveAsync(Before);
        await temp.MakeAsync();
        await temp.ArchiveAsync(After, first: 600);
        return temp;
    }

    private static async Task<long> SegmentsOfFirstAsync()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Before);
        return (await temp.MakeAsync()).SegmentsCopied;
    }

    private static async Task<int> CountOperationsAsync()
    {
        await using var temp = await NewAsync();
        var files = FaultyFiles.Counting();
        await temp.MakeAsync(files);
        return files.Count;
    }
}
