using System.Runtime.CompilerServices;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.TestKit.Sources;

/// <summary>A mail account in memory that tests change between runs.</summary>
public sealed class FakeAccount(string name = "fake://anna@mail.example.jp")
{
    private readonly SortedDictionary<string, FakeFolder> _folders = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>Octets handed out so far, in messages.</summary>
    public int BodiesRead { get; private set; }

    /// <summary>The connection breaks after this many more bodies; null for never.</summary>
    public int? BreaksAfter { get; set; }

    /// <summary>When set, connecting fails with it.</summary>
    public Situation? RefusesWith { get; set; }

    /// <summary>Items have names instead of UIDs, as over POP3.</summary>
    public bool NamesItems { get; init; }

    public FakeFolder this[string path] => _folders.TryGetValue(path, out var folder) ? folder : _folders[path] = new FakeFolder(path);

    public void RemoveFolder(string path) => _folders.Remove(path);

    public void Move(string from, uint uid, string to)
    {
        var octets = this[from].Messages[uid];
        this[from].Messages.Remove(uid);
        this[to].Add(octets);
    }

    public IMailboxSource Open(IMessageBuffers buffers) => new Source(this, buffers);

    private MessageBuffer Read(FakeFolder folder, uint uid, IMessageBuffers buffers)
    {
        if (BreaksAfter is { } left)
        {
            if (left == 0)
            {
                BreaksAfter = null;
                throw new ArchiveException(new Situation(SituationKeys.ServerDropped, ErrorClass.TransientNetwork), "The connection broke.");
            }

            BreaksAfter = left - 1;
        }

        BodiesRead++;
        var octets = folder.Messages[uid];
        var buffer = buffers.Create(octets.Length, CancellationToken.None);
        buffer.Write(octets);
        buffer.Complete();
        return buffer;
    }

    private sealed class Source(FakeAccount account, IMessageBuffers buffers) : IMailboxSource
    {
        public string Account => account.Name;

        public Task<IReadOnlyList<string>> ConnectAsync(CancellationToken cancellationToken) => account.RefusesWith is { } situation
            ? throw new ArchiveException(situation, "The account refuses.")
            : Task.FromResult<IReadOnlyList<string>>([]);

        public Task<IReadOnlyList<SourceFolder>> ListFoldersAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<SourceFolder>>([.. account._folders.Values.Select(folder => new SourceFolder(folder.Path, SpecialUse.None, true, null))]);

        public Task<IReadOnlyList<FolderStatus?>> ReadStatusAsync(IReadOnlyList<SourceFolder> folders, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<FolderStatus?>>([.. folders.Select(folder => (FolderStatus?)StatusOf(account[folder.Path]))]);

        public Task<IFolderReader> OpenFolderAsync(SourceFolder folder, CancellationToken cancellationToken) =>
            Task.FromResult<IFolderReader>(new Reader(account, account[folder.Path], StatusOf(account[folder.Path]), buffers));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private FolderStatus StatusOf(FakeFolder folder) => account.NamesItems
            ? new FolderStatus(1, 0, folder.Messages.Count)
            : new FolderStatus(folder.UidValidity, folder.UidNext, folder.Messages.Count);
    }

    private sealed class Reader(FakeAccount account, FakeFolder folder, FolderStatus status, IMessageBuffers buffers) : IFolderReader
    {
        public FolderStatus Status => status;

        public Task<IReadOnlyList<SourceItem>> ListAsync(UidSet known, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<SourceItem>>([.. folder.Messages.Select(message => account.NamesItems
                ? new SourceItem(0, $"uidl-{message.Key}", "", null, message.Value.Length)
                : new SourceItem(message.Key, null, "\\Seen", FakeFolder.InternalDate(message.Key), message.Value.Length))]);

        public async IAsyncEnumerable<FetchedItem> ReadAsync(IReadOnlyList<SourceItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
                var uid = account.NamesItems ? uint.Parse(item.Name!["uidl-".Length..], System.Globalization.CultureInfo.InvariantCulture) : item.Uid;
                if (folder.Vanishing.Contains(uid) || !folder.Messages.ContainsKey(uid))
                {
                    yield return new FetchedItem(item, FetchOutcome.Vanished, null, null);
                }
                else if (folder.Unreadable.Contains(uid))
                {
                    yield return new FetchedItem(item, FetchOutcome.Failed, null, new Situation(SituationKeys.MessageUnreadable, ErrorClass.Item));
                }
                else
                {
                    yield return new FetchedItem(item, FetchOutcome.Delivered, account.Read(folder, uid, buffers), null);
                }
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>One folder of a <see cref="FakeAccount"/>.</summary>
public sealed class FakeFolder(string path)
{
    public string Path { get; } = path;

    public uint UidValidity { get; private set; } = 1000;

    public uint UidNext { get; private set; } = 1;

    public SortedDictionary<uint, byte[]> Messages { get; } = [];

    /// <summary>Listed, but gone when it is read.</summary>
    public HashSet<uint> Vanishing { get; } = [];

    /// <summary>Listed, but the server does not give its octets.</summary>
    public HashSet<uint> Unreadable { get; } = [];

    public uint Add(byte[] octets)
    {
        Messages.Add(UidNext, octets);
        return UidNext++;
    }

    /// <summary>A server restored from elsewhere: the same messages, other numbers.</summary>
    public void Renumber(uint firstUid = 1, Func<byte[], byte[]>? render = null)
    {
        var octets = Messages.Values.ToList();
        Messages.Clear();
        UidValidity++;
        UidNext = firstUid;
        foreach (var message in octets)
        {
            Add(render is null ? message : render(message));
        }
    }

    public static DateTimeOffset InternalDate(uint uid) => new DateTimeOffset(2026, 3, 3, 9, 41, 0, TimeSpan.FromHours(9)).AddMinutes(uid);
}
