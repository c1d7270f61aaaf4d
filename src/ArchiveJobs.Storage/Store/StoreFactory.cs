using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Storage.Catalog;
using ArchiveJobs.Storage.Codec;
using ArchiveJobs.Storage.Compaction;
using ArchiveJobs.Storage.Facts;
using ArchiveJobs.Storage.Io;
using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Recipes;
using ArchiveJobs.Storage.Recovery;
using ArchiveJobs.Storage.Segments;
using ArchiveJobs.Storage.Verification;
using ArchiveJobs.Storage.Writing;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Storage.Store;

/// <summary>Makes, opens and recovers stores; the order of these steps is what a crash at any point relies on.</summary>
internal sealed class StoreFactory(InstallationKey key, StoreOptions options, IFileSystem files, TimeProvider time, IMessageStructure structure, ILogger<StoreFactory> log)
{
    private static readonly string[] Directories = ["segments", "tmp", "damaged"];

    public MessageSplitter Splitter { get; } = new(structure);

    public TimeProvider Time => time;

    public IFileSystem Files => files;

    public ILogger Log => log;

    public void Create(StoreLocation location)
    {
        var name = new StoreName(location.Id, location.Name);
        if (Directory.Exists(location.Path) && Directory.EnumerateFileSystemEntries(location.Path).Any())
        {
            throw StoreFailure.Refused(name, $"The folder {location.Path} is not empty. A new store needs an empty one.");
        }

        try
        {
            PrivateDirectory.Create(location.Path);
            PrivateDirectory.Create(location.ViewsPath);
            foreach (var directory in Directories)
            {
                PrivateDirectory.Create(Path.Combine(location.Path, directory));
            }

            files.SyncDirectory(location.Path);
            files.SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(location.Path))!);

            // Crash here: a folder without STORE, which is no store; creating it again is refused only if something lies in it.
            StoreDescriptor.Create(location.Path, location.Name, key, files);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.From(e, name);
        }
    }

    /// <summary>Opens a store for reading; takes its lock and brings its catalog up to date when no other process has it.</summary>
    public StoreOpening Open(StoreLocation location)
    {
        var name = new StoreName(location.Id, location.Name);
        if (!Directory.Exists(location.Path))
        {
            throw StoreFailure.Offline(name, location.Path);
        }

        PrivateDirectory.Create(location.ViewsPath);
        var descriptor = StoreDescriptor.Read(location.Path, name, key);
        var opening = new StoreOpening(descriptor, StoreLock.TryTake(location.Path));
        try
        {
            if (opening.IsWritable)
            {
                OpenCatalog(location, descriptor, CommitLog.Read(SegmentList.DirectoryOf(location.Path), descriptor)).Dispose();
            }
            else if (!File.Exists(Path.Combine(location.ViewsPath, CatalogFile.FileName)))
            {
                throw StoreFailure.Busy(name, null);
            }

            return opening;
        }
        catch
        {
            opening.Dispose();
            throw;
        }
    }

    /// <summary>Cuts and seals what a writer that died left open, brings the catalog up to date and opens a new writer under a new epoch.</summary>
    /// <exception cref="ArchiveException">Another process writes it (StoreBusy); the segments are damaged (StoreCorrupt): then nothing is cut.</exception>
    /// <param name="retired">Takes over the files of segments that were retired and not removed.</param>
    public StoreWriter OpenWriter(StoreLocation location, StoreOpening opening, AppliedHead head, RetiredSegments retired)
    {
        var name = new StoreName(location.Id, location.Name);
        if (!opening.IsWritable)
        {
            throw StoreFailure.Busy(name, null);
        }

        var segments = SegmentList.DirectoryOf(location.Path);
        EpochClaim? claim = null;
        try
        {
            // The epoch first: a writer that still believes to own the store stops acknowledging before its last commits are read.
            claim = EpochClaim.Make(files, segments, SegmentList.ReadNames(segments).Select(id => id.Epoch).DefaultIfEmpty(0u).Max());
            var commits = CommitLog.Read(segments, opening.Descriptor);
            if (commits.Damages.Count > 0)
            {
                throw StoreFailure.Damaged(name, commits.Damages[0].File, commits.Damages[0].Offset, commits.Damages[0].What);
            }

            ThrowIfCatalogHasMore(location, opening.Descriptor, commits);
            RemoveEmptySegments(segments, claim.Epoch);
            var sealedNow = SealOpenSegments(location, opening.Descriptor, commits);
            var catalog = OpenCatalog(location, opening.Descriptor, commits);
            head.Advance(catalog.Checkpoint.Number);
            sealedNow.AddRange(FindUnstated(location, commits));
            new LeftoverSegments(name, location.Path, Path.Combine(location.ViewsPath, CatalogFile.FileName), files, log).Remove(commits, retired);
            var filler = new BatchFiller(catalog, Splitter);
            var appender = new CommitAppender(
                name, segments, opening.Descriptor, claim, commits.Head, options, files, time,
                new LargeMessageWriter(structure, filler.IsBlobHeld), sealedNow);
            return new StoreWriter(name, options, time, catalog, appender, filler, head);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArchiveException)
        {
            claim?.Dispose();
            throw StoreFailure.From(e, name);
        }
    }

    /// <summary>Makes the catalog anew from the segments; nobody in this process has the store open.</summary>
    /// <exception cref="ArchiveException">Another process has it (StoreBusy), or there is no store (StoreOffline).</exception>
    public RecoveryReport Recover(StoreLocation location, IWorkProgress progress, CancellationToken cancellationToken)
    {
        var name = new StoreName(location.Id, location.Name);
        if (!Directory.Exists(location.Path))
        {
            throw StoreFailure.Offline(name, location.Path);
        }

        var descriptor = StoreDescriptor.Read(location.Path, name, key);
        using var held = StoreLock.TryTake(location.Path) ?? throw StoreFailure.Busy(name, null);
        try
        {
            return new StoreRecovery(location, descriptor, structure).Recover(progress, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw StoreFailure.From(e, name);
        }
    }

    public Compactor NewCompactor(
        StoreLocation location, StoreDescriptor descriptor, CatalogReader catalog, StoreWriter writer, RetiredSegments retired, CompactionOptions how, IWorkProgress progress) => new(
        new StoreName(location.Id, location.Name), SegmentList.DirectoryOf(location.Path), descriptor, options, catalog, writer, retired, files, time, how, progress);

    public StoreVerifier NewVerifier(StoreLocation location, StoreDescriptor descriptor, CatalogReader catalog) =>
        new(new StoreName(location.Id, location.Name), location, descriptor, key, catalog, structure);

    private CatalogWriter OpenCatalog(StoreLocation location, StoreDescriptor descriptor, CommitLog commits)
    {
        var path = Path.Combine(location.ViewsPath, CatalogFile.FileName);
        var identity = new CatalogIdentity(descriptor.Id, descriptor.Incarnation);
        if (commits.Damages.Count > 0 || FindCutShort(location, descriptor, commits) is not null)
        {
            return OpenCatalogOfDamaged(location, descriptor, path, identity);
        }

        var opened = CatalogFile.Open(path, identity, commits.FindHash);
        if (opened.Writer is null && opened.Condition != CatalogCondition.Missing)
        {
            StorageLog.CatalogSetAside(log, location.Id, opened.Condition, opened.Reason);
            CatalogFile.MoveAside(path, Path.Combine(location.ViewsPath, "damaged"));
        }

        var catalog = opened.Writer ?? CatalogFile.Create(path, identity);
        try
        {
            if (catalog.Checkpoint.Number < commits.Head.Number)
            {
                Replay(location, descriptor, catalog, commits.Head.Number);
            }

            return catalog;
        }
        catch
        {
            catalog.Dispose();
            throw;
        }
    }

    /// <summary>With damaged segments a catalog that is there is the better witness: it is used as it stands, for reading. A new one passes over the damage.</summary>
    private CatalogWriter OpenCatalogOfDamaged(StoreLocation location, StoreDescriptor descriptor, string path, CatalogIdentity identity)
    {
        var opened = CatalogFile.Open(path, identity);
        if (opened.Writer is not null)
        {
            return opened.Writer;
        }

        if (opened.Condition != CatalogCondition.Missing)
        {
            StorageLog.CatalogSetAside(log, location.Id, opened.Condition, opened.Reason);
            CatalogFile.MoveAside(path, Path.Combine(location.ViewsPath, "damaged"));
        }

        var catalog = CatalogFile.Create(path, identity);
        try
        {
            Replay(location, descriptor, catalog, long.MaxValue);
            return catalog;
        }
        catch
        {
            catalog.Dispose();
            throw;
        }
    }

    /// <summary>
    /// A catalog is never ahead of what was durable: when it has a commit that an open segment ends before, the bytes behind that segment's last commit
    /// are no torn tail but damage, and must not be cut.
    /// </summary>
    private static void ThrowIfCatalogHasMore(StoreLocation location, StoreDescriptor descriptor, CommitLog commits)
    {
        if (FindCutShort(location, descriptor, commits) is var (file, offset))
        {
            throw StoreFailure.Damaged(new StoreName(location.Id, location.Name), file, offset, "the catalog has a commit that does not verify here any more");
        }
    }

    private static (string File, long Offset)? FindCutShort(StoreLocation location, StoreDescriptor descriptor, CommitLog commits)
    {
        var torn = commits.Segments.LastOrDefault(segment => segment.Scan is { } scan && scan.Length > scan.GoodLength && !segment.State.IsReadOnly);
        if (torn?.Scan is not { } tail)
        {
            return null;
        }

        var opened = CatalogFile.Open(Path.Combine(location.ViewsPath, CatalogFile.FileName), new CatalogIdentity(descriptor.Id, descriptor.Incarnation), commits.FindHash);
        opened.Writer?.Dispose();
        return opened.Condition == CatalogCondition.Ahead ? (torn.State.Id.FileName, tail.GoodLength) : null;
    }

    /// <summary>Segments sealed by a writer that closed before it could say so in a commit.</summary>
    private static IEnumerable<SegmentSealedFact> FindUnstated(StoreLocation location, CommitLog commits)
    {
        using var reader = new CatalogReader(Path.Combine(location.ViewsPath, CatalogFile.FileName));
        var stated = reader.ReadSegments().Where(segment => segment.Sha256 is not null).Select(segment => segment.Segment).ToHashSet();
        return [.. commits.Segments.Select(segment => segment.State).Where(state => state.Trailer is not null && !stated.Contains(state.Id)).Select(state => new SegmentSealedFact(state.Id, state.Trailer!.Sha256))];
    }

    /// <summary>Files that a writer claimed and died before it wrote anything.</summary>
    private static void RemoveEmptySegments(string segments, uint epoch)
    {
        foreach (var id in SegmentList.ReadNames(segments).Where(id => id.Epoch < epoch))
        {
            var file = new FileInfo(Path.Combine(segments, id.FileName));
            if (file.Length == 0)
            {
                file.Delete();
            }
        }
    }

    private void Replay(StoreLocation location, StoreDescriptor descriptor, CatalogWriter catalog, long upTo)
    {
        var from = catalog.Checkpoint.Number;
        var replay = new CommitReplay(SegmentList.DirectoryOf(location.Path), descriptor, structure);
        var messages = replay.Apply(catalog, upTo, null, CancellationToken.None);
        StorageLog.CatalogCaughtUp(log, location.Id, from, catalog.Checkpoint.Number, messages);
        if (replay.Damages.Count > 0)
        {
            var first = replay.Damages[0];
            StorageLog.CatalogLacks(log, location.Id, replay.Damages.Count, first.File, first.Offset, first.What);
        }
    }

    private List<SegmentSealedFact> SealOpenSegments(StoreLocation location, StoreDescriptor descriptor, CommitLog commits)
    {
        using var compressor = Compressors.Create();
        var facts = new List<SegmentSealedFact>();
        foreach (var segment in commits.Segments.Where(segment => segment.Scan is not null && !segment.State.IsReadOnly))
        {
            var scan = segment.Scan!;
            using var writer = SegmentWriter.Resume(files, segment.State.Path, scan, descriptor.Keys, compressor);
            facts.Add(new SegmentSealedFact(segment.State.Id, writer.Seal()));
            StorageLog.SegmentSealed(log, location.Id, segment.State.Id.FileName, scan.GoodLength, scan.Length - scan.GoodLength);
        }

        return facts;
    }
}
