using System.Text;
using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Tests.Kit;

namespace ArchiveJobs.Storage.Tests.Backup;

public sealed class BackupTests
{
    private static readonly IReadOnlyList<byte[]> Messages = Mails.Mixed(30);

    [Fact]
    public async Task A_second_backup_copies_no_segment()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        var first = await temp.MakeAsync();

        var second = await temp.MakeAsync();

        Assert.InRange(first.SegmentsCopied, 2, 30);
        Assert.Equal((2, 0, first.SegmentsCopied, 0), (second.Generation, second.SegmentsCopied, second.SegmentsPresent, second.BytesCopied));
        await temp.AssertSoundAsync(2);
    }

    [Fact]
    public async Task Only_what_is_new_is_copied()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        var first = await temp.MakeAsync();
        await temp.ArchiveAsync(Mails.Mixed(2, from: 500), first: 500);

        var second = await temp.MakeAsync();

        Assert.Equal((1, first.SegmentsCopied), (second.SegmentsCopied, second.SegmentsPresent));
        await temp.AssertSoundAsync(2);
    }

    [Fact]
    public async Task While_archiving_goes_on_a_backup_holds_what_was_committed_before_it()
    {
        await using var temp = new TempBackup();
        var store = await temp.ArchiveAsync(Messages);
        var later = Mails.Mixed(200, from: 1000);
        var archiving = Task.Run(() => temp.Source.ArchiveAsync(store, later, first: 1000));

        for (var i = 0; i < 4; i++)
        {
            Assert.True((await temp.MakeAsync()).IsWhole);
        }

        Assert.Null((await archiving).Failure);
        await temp.AssertSoundAsync(4);
        await using var restored = await temp.RestoreAsync();
        var copy = await restored.OpenAsync();
        await TempStore.AssertHeldAsync(copy, Messages);
        await TempStore.AssertSoundAsync(copy, VerifyLevel.Structure);
        await TempStore.AssertSoundAsync(copy);

        // Of the rest, those archived first, without a gap.
        var held = new List<bool>();
        foreach (var message in later)
        {
            held.Add(await TempStore.ReadAsync(copy, ContentId.Of(message)) is not null);
        }

        Assert.Equal(held, held.OrderDescending());
    }

    [Fact]
    public async Task The_bare_key_is_in_no_file_of_a_backup()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        await temp.MakeAsync();
        using var slot = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(temp.Source.Root, "keys", "slot-key-file.json")));
        var key = slot.RootElement.GetProperty("Key").GetBytesFromBase64();

        foreach (var file in temp.Files.Select(File.ReadAllBytes))
        {
            Assert.Equal(-1, file.AsSpan().IndexOf(key));
            Assert.Equal(-1, file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToBase64String(key))));
            Assert.Equal(-1, file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(temp.Code)));
        }
    }

    [Fact]
    public async Task Without_a_recovery_code_no_backup_is_made()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        File.Delete(Path.Combine(temp.Source.Root, "keys", "slot-recovery-code.json"));

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => temp.MakeAsync());

        Assert.Equal((SituationKeys.BackupNoCode, ErrorClass.Configuration), (failure.Situation.Key, failure.Situation.Class));
        Assert.False(Directory.Exists(temp.Path));
    }

    [Fact]
    public async Task A_segment_that_is_missing_is_named_and_the_rest_is_backed_up()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        await temp.Source.CloseAsync();
        var lost = temp.Source.SegmentFiles[1];
        File.Delete(lost);
        await temp.Source.OpenAsync();

        var report = await temp.MakeAsync();

        Assert.False(report.IsWhole);
        Assert.Contains(report.Stores[0].Problems, problem => problem.File == Path.GetFileName(lost));
        Assert.Equal(temp.Source.SegmentFiles.Count(file => new FileInfo(file).Length > 0), report.SegmentsCopied);
    }

    [Fact]
    public async Task A_segment_that_changed_is_named_and_the_good_copy_stays()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        await temp.MakeAsync();
        await temp.ArchiveAsync(Mails.Mixed(4, from: 700), first: 700);
        await temp.Source.CloseAsync();
        var (old, fresh) = (temp.Source.SegmentFiles[0], temp.Source.SegmentFiles[^1]);
        TempBackup.Flip(old, 6000);
        TempBackup.Flip(fresh, 4500);
        await temp.Source.OpenAsync();

        var report = await temp.MakeAsync();

        Assert.Equal(1, report.SegmentsCopied);
        Assert.Contains(report.Stores[0].Problems, problem => problem.File == Path.GetFileName(fresh));
        var verified = await temp.VerifyAsync();
        Assert.Contains("before it was backed up", Assert.Single(verified.Bad).What, StringComparison.Ordinal);
        Assert.True((await temp.VerifyAsync(1)).IsSound);
    }

    [Fact]
    public async Task A_store_whose_drive_is_away_stays_in_the_backup_as_it_was()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        await temp.MakeAsync();
        await temp.Source.CloseAsync();
        Directory.Move(temp.Source.Location.Path, temp.Source.Location.Path + "-away");
        await using var stores = temp.Source.NewStores();

        var report = await temp.MakeAsync(keep: 1, stores: stores);

        Assert.False(report.IsWhole);
        Assert.Equal((2, 1, 1), (report.Generation, report.Stores[0].AsOf, report.GenerationsRemoved));
        var again = await temp.MakeAsync(keep: 1, stores: stores);
        Assert.Equal(1, again.Stores[0].AsOf);
        await using var restored = await temp.RestoreAsync();
        await TempStore.AssertHeldAsync(await restored.OpenAsync(), Messages);
    }

    [Fact]
    public async Task Older_generations_go_when_they_are_not_kept()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        await temp.MakeAsync();
        await temp.MakeAsync();

        var third = await temp.MakeAsync(keep: 2);

        Assert.Equal(1, third.GenerationsRemoved);
        Assert.Equal(["00000002", "00000003"], Directory.GetDirectories(Path.Combine(temp.Path, "generations")).Select(Path.GetFileName).Order());
        await temp.AssertSoundAsync(3);
        Assert.True((await temp.VerifyAsync(2)).IsSound);
    }

    [Fact]
    public async Task A_directory_of_something_else_is_refused()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        Directory.CreateDirectory(temp.Path);
        await File.WriteAllTextAsync(Path.Combine(temp.Path, "letter.txt"), "Dear all");

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => temp.MakeAsync());

        Assert.Equal((SituationKeys.BackupRefused, ErrorClass.Refused), (failure.Situation.Key, failure.Situation.Class));
        Assert.Equal(["letter.txt"], Directory.GetFileSystemEntries(temp.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_backups_of_another_installation_are_refused()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        await temp.MakeAsync();
        await using var other = new TempBackup();
        await other.ArchiveAsync(Messages);

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => TempBackup.NewBackups(other.Source.Root, other.Source.Key, other.Source.Stores)
            .CreateAsync(new(temp.Path, false, null, [other.Source.Location], Path.Combine(temp.Path, "BACKUP"), TempBackup.Migration, "0.1.0"), NoProgress.Instance, CancellationToken.None));

        Assert.Equal(SituationKeys.BackupRefused, failure.Situation.Key);
        await temp.AssertSoundAsync(1);
    }

    [Fact]
    public async Task An_empty_folder_in_place_of_a_known_backup_is_a_drive_that_is_away()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        Directory.CreateDirectory(temp.Path);

        var failure = await Assert.ThrowsAsync<ArchiveException>(() => temp.MakeAsync(isKnown: true));

        Assert.Equal((SituationKeys.BackupTargetGone, ErrorClass.TransientNetwork), (failure.Situation.Key, failure.Situation.Class));
        Assert.Empty(Directory.GetFileSystemEntries(temp.Path));
    }

    [Fact]
    public async Task A_backup_of_a_newer_version_is_refused()
    {
        await using var temp = new TempBackup();
        await temp.ArchiveAsync(Messages);
        await temp.MakeAsync();
        await File.WriteAllTextAsync(Path.Combine(temp.Path, "manifests", "00000002.json"), "{\"Format\":1,\"Volumes\":[]}\nhmac 00\n");

        foreach (var attempt in new Func<Task>[] { () => temp.MakeAsync(), () => temp.VerifyAsync(), () => temp.RestoreAsync() })
        {
            var failure = await Assert.ThrowsAsync<ArchiveException>(attempt);
            Assert.Equal((SituationKeys.BackupNewer, ErrorClass.Refused), (failure.Situation.Key, failure.Situation.Class));
        }

        Assert.True((await temp.VerifyAsync(1)).IsSound);
    }
}
