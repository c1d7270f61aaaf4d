using ArchiveJobs.Core;
using ArchiveJobs.Core.Backups;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Segments;

namespace ArchiveJobs.Storage.Backup;

/// <summary>The state of one backup while it is made.</summary>
internal sealed class BackupWork
{
    /// <summary>For everything but segments, and for the file system itself.</summary>
    private const long Reserve = 16L << 20;

    private readonly BackupRequest _request;
    private readonly BackupDirectory _target;
    private readonly InstallationKey _key;
    private readonly IFileSystem _files;
    private readonly IWorkProgress _progress;
    private readonly FileCopy _copy;
    private readonly BackupManifest? _former;
    private readonly Dictionary<string, BackupFile> _known;
    private readonly IReadOnlySet<string> _bad;
    private readonly int _generation;
    private readonly List<StorePlan> _plans = [];
    private readonly Dictionary<string, BackupFile> _listed = new(StringComparer.Ordinal);
    private readonly List<BackupStore> _stores = [];
    private readonly List<StoreBackup> _told = [];
    private long _copied, _present, _bytesCopied, _bytesPresent, _done;

    public BackupWork(BackupRequest request, BackupDirectory target, InstallationKey key, IFileSystem files, IWorkProgress progress)
    {
        (_request, _target, _key, _files, _progress) = (request, target, key, files, progress);
        _copy = new FileCopy(files);
        _generation = target.NextGeneration();
        _bad = target.ReadBad();
        var manifests = target.ReadGenerations().Select(number => target.TryRead(number, key)).OfType<BackupManifest>().ToList();
        _former = manifests.LastOrDefault();
        _known = manifests.SelectMany(manifest => manifest.Files).DistinctBy(file => file.Path).ToDictionary(file => file.Path, StringComparer.Ordinal);
    }

    public void Add(StorePlan plan) => _plans.Add(plan);

    public void AddUnreadable(StoreLocation location, string why)
    {
        var problem = new Damage(location.Name, 0, why);
        var former = _former?.Stores.FirstOrDefault(store => store.Number == location.Id);
        _told.Add(new StoreBackup(location, former?.Commit ?? 0, former?.AsOf ?? 0, [problem]));
        _progress.Log(WorkLogLevel.Error, $"store {location.Id} cannot be read{(former is null ? "" : $"; it stays as in backup {former.AsOf}")}: {why}");
        if (former is not null)
        {
            _stores.Add(former);
            var folder = BackupPaths.StoreOf(former.AsOf, former.Number) + "/";
            foreach (var file in _former!.Files.Where(file => former.Segments.Any(segment => segment.Path == file.Path) || file.Path.StartsWith(folder, StringComparison.Ordinal)))
            {
                _listed[file.Path] = file;
            }
        }
    }

    public BackupReport Run(byte[] slot, DateTimeOffset now, CancellationToken cancellationToken)
    {
        CheckRoom();
        foreach (var plan in _plans)
        {
            Copy(plan, cancellationToken);
        }

        foreach (var plan in _plans)
        {
            foreach (var store in StoreDescriptor.CopiesIn(plan.Location.Path))
            {
                WriteSmall($"{BackupPaths.StoreOf(_generation, plan.Location.Id)}/{Path.GetFileName(store)}", File.ReadAllBytes(store), cancellationToken);
            }
        }

        WriteSmall(BackupPaths.SlotOf(_generation), slot, cancellationToken);
        SealMaster(cancellationToken);
        var manifest = WriteManifest(now);

        // Crash here: the generation is complete; what is left over goes with the next one.
        var removed = new BackupSweep(_target, _key).Run(_request.Keep, _progress);
        File.Delete(Path.Combine(_target.Root, BackupPaths.Bad));
        return new BackupReport(manifest.Generation, _copied, _present, _bytesCopied, _bytesPresent, removed, [.. _told.OrderBy(store => store.Store.Id)]);
    }

    private void CheckRoom()
    {
        var missing = _plans.SelectMany(plan => plan.Segments.Select(segment => (plan, segment))).Where(one => FindKnown(one.plan, one.segment) is null).Sum(one => one.segment.Length);
        var need = missing + (2 * new FileInfo(_request.MasterCopy).Length) + Reserve;
        var free = _files.FreeBytes(_target.Root);
        if (free < need)
        {
            throw BackupFailure.Full(_target.Root, need, free, null);
        }
    }

    private void Copy(StorePlan plan, CancellationToken cancellationToken)
    {
        var segments = new List<BackupSegment>();
        var problems = plan.Problems.ToList();
        BackupDirectory.MakeDirectory(BackupPaths.In(_target.Root, BackupPaths.SegmentsOf(plan.Location.Id)), _files);
        foreach (var segment in plan.Segments)
        {
            try
            {
                var file = FindPresent(plan, segment, cancellationToken) ?? Copy(plan, segment, problems, cancellationToken);
                _listed[file.Path] = file;
                segments.Add(new BackupSegment(segment.Id.FileName, file.Path, segment.Sealed is not null));
            }
            catch (SourceUnreadableException e)
            {
                problems.Add(new Damage(segment.Id.FileName, 0, $"it cannot be read: {e.Message}"));
            }
        }

        foreach (var problem in problems)
        {
            _progress.Log(WorkLogLevel.Error, $"store {plan.Location.Id}, {problem.File} at offset {problem.Offset}: {problem.What}");
        }

        _stores.Add(new BackupStore(
            plan.Location.Id, plan.Descriptor.Id, plan.Descriptor.Incarnation, plan.Head.Number, plan.Head.Hash.ToString(), _generation, segments));
        _told.Add(new StoreBackup(plan.Location, plan.Head.Number, _generation, problems));
    }

    /// <summary>The entry of a file that an earlier manifest names and that is there with its length; VerifyBackup reads it byte by byte.</summary>
    private BackupFile? FindKnown(StorePlan plan, PlannedSegment segment) =>
        segment.Sealed is { } digest && BackupPaths.SegmentOf(plan.Location.Id, segment.Id, digest) is var path && !_bad.Contains(path)
        && _known.TryGetValue(path, out var known) && known.Size == segment.Length && LengthOf(path) == segment.Length
            ? known
            : null;

    private BackupFile? FindPresent(StorePlan plan, PlannedSegment segment, CancellationToken cancellationToken)
    {
        var file = FindKnown(plan, segment) ?? FindLeftOver(plan, segment, cancellationToken);
        if (file is not null)
        {
            _present++;
            _bytesPresent += file.Size;
            Step(file.Size);
        }

        return file;
    }

    /// <summary>Copied by a backup that died before its manifest: read from front to end before it is believed.</summary>
    private BackupFile? FindLeftOver(StorePlan plan, PlannedSegment segment, CancellationToken cancellationToken)
    {
        if (segment.Sealed is not { } digest || BackupPaths.SegmentOf(plan.Location.Id, segment.Id, digest) is var path && (_bad.Contains(path) || LengthOf(path) != segment.Length))
        {
            return null;
        }

        return _copy.Digest(BackupPaths.In(_target.Root, path), segment.Length, cancellationToken) is { } found && found.Body == digest
            ? new BackupFile(path, segment.Length, found.Whole.ToString())
            : null;
    }

    private BackupFile Copy(StorePlan plan, PlannedSegment segment, List<Damage> problems, CancellationToken cancellationToken)
    {
        var temporary = BackupPaths.In(_target.Root, $"{BackupPaths.SegmentsOf(plan.Location.Id)}/{segment.Id.FileName}{BackupPaths.Unfinished}");
        try
        {
            var digests = _copy.CopyUnfinished(segment.Path, segment.Length, temporary, Step, cancellationToken);
            if (segment.Sealed is { } digest && digests.Body != digest)
            {
                // Kept under the name of what it is now: a good copy of it in an earlier generation stays what it is.
                problems.Add(new Damage(segment.Id.FileName, 0, "it changed after it was sealed: its digest differs"));
            }

            var isSound = segment.Sealed == digests.Body;
            var path = BackupPaths.SegmentOf(plan.Location.Id, segment.Id, isSound ? digests.Body : digests.Whole);
            if (isSound)
            {
                _copy.TryMakeReadOnly(temporary);
            }

            _copy.Name(temporary, BackupPaths.In(_target.Root, path));
            _copied++;
            _bytesCopied += segment.Length;
            return new BackupFile(path, segment.Length, digests.Whole.ToString());
        }
        catch (SourceUnreadableException)
        {
            File.Delete(temporary);
            throw;
        }
    }

    private void WriteSmall(string path, byte[] content, CancellationToken cancellationToken)
    {
        var full = BackupPaths.In(_target.Root, path);
        BackupDirectory.MakeDirectory(Path.GetDirectoryName(full)!, _files);
        _files.ReplaceFile(full, content);
        var digest = ContentId.Of(content);
        if (_copy.Digest(full, content.Length, cancellationToken)?.Whole != digest)
        {
            throw new IOException($"{path} was read back different from what was written");
        }

        _listed[path] = new BackupFile(path, content.Length, digest.ToString());
    }

    private void SealMaster(CancellationToken cancellationToken)
    {
        var path = BackupPaths.MasterOf(_generation);
        var full = BackupPaths.In(_target.Root, path);
        using var plain = File.OpenRead(_request.MasterCopy);
        var (size, digest) = _copy.WriteUnfinished(full + BackupPaths.Unfinished, stream => SealedFile.Encrypt(plain, stream, _key), cancellationToken);
        _copy.Name(full + BackupPaths.Unfinished, full);
        _listed[path] = new BackupFile(path, size, digest.ToString());
    }

    private BackupManifest WriteManifest(DateTimeOffset now)
    {
        var manifest = new BackupManifest
        {
            Generation = _generation,
            Installation = _key.Fingerprint,
            CreatedAt = now,
            Program = _request.Program,
            Database = _request.Database,
            Files = [.. _listed.Values.OrderBy(file => file.Path, StringComparer.Ordinal)],
            Stores = [.. _stores.OrderBy(store => store.Number)],
        };
        var path = BackupPaths.In(_target.Root, BackupPaths.ManifestOf(_generation));
        BackupDirectory.MakeDirectory(Path.GetDirectoryName(path)!, _files);
        _files.ReplaceFile(path, manifest.Encode(_key));
        return _target.TryRead(_generation, _key) ?? throw new IOException($"{BackupPaths.ManifestOf(_generation)} was read back different from what was written");
    }

    private long LengthOf(string path) => new FileInfo(BackupPaths.In(_target.Root, path)) is { Exists: true } file ? file.Length : -1;

    private void Step(long bytes)
    {
        _done += bytes;
        _progress.Report("copy", _copied + _present, _plans.Sum(plan => plan.Segments.Count), _done);
    }
}
