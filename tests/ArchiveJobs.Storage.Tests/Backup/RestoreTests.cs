using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Backup;
using ArchiveJobs.Storage.Tests.Kit;

namespace ArchiveJobs.Storage.Tests.Backup;

public sealed class RestoreTests
{
    private static readonly IReadOnlyList<byte[]> Messages = Mails.Mixed(30);

    [Fact]
    public async Task Backup_and_recovery_code_alone_give_everything_back_byte_for_byte()
    {
        await using var temp = await NewAsync();
        var before = await (await temp.Source.OpenAsync()).ReadStatisticsAsync(CancellationToken.None);
        await temp.Source.CloseAsync();
        Directory.Delete(temp.Source.Location.Path, recursive: true);
        Directory.Delete(Path.Combine(temp.Source.Root, "keys"), recursive: true);

        await using var restored = await temp.RestoreAsync();

        var recovered = await restored.Stores.RecoverAsync(restored.Location, NoProgress.Instance, CancellationToken.None);
        var copy = await restored.OpenAsync();
        var after = await copy.ReadStatisticsAsync(CancellationToken.None);
        Assert.Empty(recovered.Damages);
        Assert.Empty(recovered.Unreadable);
        Assert.Equal((before.Messages, before.HeadCommit, before.ChainHead), (after.Messages, after.HeadCommit, after.ChainHead));
        Assert.Equal((before.HeadCommit, before.ChainHead), (restored.Copied[0].Commit, restored.Copied[0].ChainHash));
        await TempStore.AssertHeldAsync(copy, Messages);
        await TempStore.AssertSoundAsync(copy, VerifyLevel.Structure);
        await TempStore.AssertSoundAsync(copy, VerifyLevel.Reassemble);
        Assert.Equal(TempBackup.Master, await File.ReadAllBytesAsync(Path.Combine(restored.Data, "master.db")));
    }

    [Fact]
    public async Task A_restored_store_is_another_incarnation_and_goes_on()
    {
        await using var temp = await NewAsync();
        var original = await temp.Source.OpenAsync();
        await using var restored = await temp.RestoreAsync();
        var more = Mails.Mixed(9, from: 800);

        var copy = await restored.OpenAsync();
        var (_, failure) = await temp.Source.ArchiveAsync(copy, more, first: 800);

        Assert.Null(failure);
        Assert.NotEqual(original.Incarnation, copy.Incarnation);
        await TempStore.AssertHeldAsync(copy, [.. Messages, .. more]);
        await TempStore.AssertSoundAsync(copy, VerifyLevel.Structure);
        await TempStore.AssertSoundAsync(copy);
    }

    [Fact]
    public async Task What_the_original_writes_after_the_backup_is_foreign_to_the_copy()
    {
        await using var temp = await NewAsync();
        await using var restored = await temp.RestoreAsync();
        await temp.Source.CloseAsync();
        var known = temp.Source.SegmentFiles.ToHashSet();
        await temp.ArchiveAsync(Mails.Mixed(9, from: 800), first: 800);
        await temp.Source.CloseAsync();
        var later = temp.Source.SegmentFiles.First(file => !known.Contains(file));   // Follows from what the copy has.
        File.Copy(later, Path.Combine(restored.Location.Path, "segments", Path.GetFileName(later)));

        var report = await (await restored.OpenAsync()).VerifyAsync(VerifyLevel.Quick, NoProgress.Instance, CancellationToken.None);

        Assert.Contains(report.Damages, damage => damage.File == Path.GetFileName(later));
    }

    [Fact]
    public async Task Original_and_copy_back_up_into_one_directory_side_by_side()
    {
        await using var temp = await NewAsync();
        await using var restored = await temp.RestoreAsync();
        var copy = await restored.OpenAsync();
        await temp.Source.ArchiveAsync(copy, Mails.Mixed(5, from: 800), first: 800);
        await temp.ArchiveAsync(Mails.Mixed(5, from: 900), first: 900);

        var ofOriginal = await temp.MakeAsync();
        var ofCopy = await TempBackup.NewBackups(restored.Data, restored.Key, restored.Stores).CreateAsync(
            new(temp.Path, true, null, [restored.Location], Path.Combine(restored.Data, "master.db"), TempBackup.Migration, "0.1.0"), NoProgress.Instance, CancellationToken.None);

        Assert.Equal((2, 3), (ofOriginal.Generation, ofCopy.Generation));
        Assert.True((await temp.VerifyAsync(2)).IsSound);
        Assert.True((await temp.VerifyAsync(3)).IsSound);
        Assert.Equal(ofOriginal.SegmentsPresent, ofCopy.SegmentsPresent);
    }

    [Fact]
    public async Task A_wrong_code_opens_nothing_and_writes_nothing()
    {
        await using var temp = await NewAsync();
        var other = TempBackup.CodesOf(temp.Source.Root, temp.Source.Key).Renew();

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => temp.RestoreAsync(other));

        Assert.Equal((SituationKeys.RestoreCodeWrong, ErrorClass.Configuration), (failure.Situation.Key, failure.Situation.Class));
        Assert.DoesNotContain(other, failure.ToString(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(temp.RestoredPath));
    }

    [Fact]
    public async Task A_mistyped_code_is_told_from_a_wrong_one()
    {
        await using var temp = await NewAsync();
        var mistyped = (temp.Code[0] == '7' ? '8' : '7') + temp.Code[1..];

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => temp.RestoreAsync(mistyped));

        Assert.Equal(SituationKeys.RestoreCodeWrong, failure.Situation.Key);
        Assert.Contains("mistyped", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_former_code_opens_the_backups_of_its_time_and_no_later_one()
    {
        await using var temp = await NewAsync();
        var fresh = TempBackup.CodesOf(temp.Source.Root, temp.Source.Key).Renew();
        await temp.Source.OpenAsync();
        await temp.MakeAsync();

        await Assert.ThrowsAsync<ArchiveException>(() => temp.RestoreAsync(temp.Code));
        await Assert.ThrowsAsync<ArchiveException>(() => temp.RestoreAsync(fresh, generation: 1));
        await using var restored = await temp.RestoreAsync(temp.Code, generation: 1);

        await TempStore.AssertHeldAsync(await restored.OpenAsync(), Messages);
    }

    [Fact]
    public async Task A_directory_with_anything_in_it_is_left_alone()
    {
        await using var temp = await NewAsync();
        Directory.CreateDirectory(temp.RestoredPath);
        await File.WriteAllTextAsync(Path.Combine(temp.RestoredPath, "mine.txt"), "mine");

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => temp.RestoreAsync());

        Assert.Equal((SituationKeys.BackupRefused, ErrorClass.Refused), (failure.Situation.Key, failure.Situation.Class));
        Assert.Equal(["mine.txt"], Directory.GetFileSystemEntries(temp.RestoredPath).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Where_hosts_share_a_directory_keys_and_stores_come_there_and_settings_may_be_written_before()
    {
        await using var temp = await NewAsync();
        var shared = temp.RestoredPath + "-shared";
        Directory.CreateDirectory(temp.RestoredPath);
        await File.WriteAllTextAsync(Path.Combine(temp.RestoredPath, "archivejobs.json"), "{}");

        var begun = InstallationRestore.Begin(temp.Path, null, temp.Code, temp.RestoredPath, shared, [TempBackup.Migration]);
        var again = InstallationRestore.Begin(temp.Path, null, temp.Code, temp.RestoredPath, shared, [TempBackup.Migration]);

        Assert.Equal(begun, again);
        Assert.Equal(["archivejobs.json", "master.db", "restore.json"], Directory.GetFileSystemEntries(temp.RestoredPath).Select(Path.GetFileName).Order());
        await using var restored = new RestoredInstallation(shared, temp.Source.Options);
        await TempBackup.NewBackups(shared, restored.Key, restored.Stores).RestoreStoresAsync(temp.Path, begun.Generation, temp.RestoredPath, NoProgress.Instance, CancellationToken.None);
        var location = restored.Location with { Views = Path.Combine(temp.RestoredPath, "stores", "1") };
        await restored.Stores.RecoverAsync(location, NoProgress.Instance, CancellationToken.None);
        await TempStore.AssertHeldAsync(await restored.Stores.OpenAsync(location, CancellationToken.None), Messages);
    }

    [Theory]
    [InlineData("keys")]
    [InlineData("stores")]
    public async Task A_shared_directory_with_an_installation_in_it_is_refused(string folder)
    {
        await using var temp = await NewAsync();
        var shared = temp.RestoredPath + "-shared";
        Directory.CreateDirectory(Path.Combine(shared, folder, "1"));

        var failure = Assert.Throws<ArchiveException>(() => InstallationRestore.Begin(temp.Path, null, temp.Code, temp.RestoredPath, shared, [TempBackup.Migration]));

        Assert.Equal(SituationKeys.BackupRefused, failure.Situation.Key);
        Assert.Contains("Let ARCHIVEJOBS_SHARED name another directory", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(temp.RestoredPath));
    }

    [Fact]
    public async Task A_restore_that_died_goes_on()
    {
        await using var temp = await NewAsync();
        InstallationRestore.Begin(temp.Path, null, temp.Code, temp.RestoredPath, temp.RestoredPath, [TempBackup.Migration]);
        File.Delete(Path.Combine(temp.RestoredPath, "master.db"));   // Died before it.
        await using (await temp.RestoreAsync())
        {
        }

        // Died before STORE, with a segment half copied.
        var store = Path.Combine(temp.RestoredPath, "stores", "1");
        File.Delete(Path.Combine(store, "STORE"));
        File.Delete(Path.Combine(store, "STORE.2"));
        var segment = Directory.GetFiles(Path.Combine(store, "segments")).Order().Last();
        await File.WriteAllBytesAsync(segment + ".tmp", [1, 2, 3]);
        File.Delete(segment);

        await using var restored = await temp.RestoreAsync();

        await TempStore.AssertHeldAsync(await restored.OpenAsync(), Messages);
        InstallationRestore.Finish(restored.Data);
        Assert.Null(InstallationRestore.ReadUnfinished(restored.Data));
    }

    [Fact]
    public async Task A_later_database_than_this_version_knows_is_refused()
    {
        await using var temp = await NewAsync();

        var failure = Assert.Throws<ArchiveException>(() => InstallationRestore.Begin(temp.Path, null, temp.Code, temp.RestoredPath, temp.RestoredPath, ["20250101000000_Older"]));

        Assert.Equal(SituationKeys.BackupNewer, failure.Situation.Key);
        Assert.False(Directory.Exists(temp.RestoredPath));
    }

    private static async Task<TempBackup> NewAsync()
    {
        var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        await temp.MakeAsync();
        return temp;
    }
}
