using ArchiveJobs.Core;
using ArchiveJobs.Core.Search;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.TestKit.Stores;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ArchiveJobs.Search.Tests;

/// <summary>A fake store with the real index over it in a directory of its own.</summary>
internal sealed class SearchRig : IDisposable
{
    private readonly List<StoreSearch> _opened = [];

    public SearchRig()
    {
        Directory = System.IO.Directory.CreateTempSubdirectory("archivejobs-search-").FullName;
        Store = new FakeArchiveStore(Directory);
        Search = Open();
    }

    public string Directory { get; }

    public string IndexDirectory => Path.Combine(Directory, "index");

    public string Generation(int number) => Path.Combine(IndexDirectory, number.ToString("D8", System.Globalization.CultureInfo.InvariantCulture));

    public FakeArchiveStore Store { get; }

    public FakeTimeProvider Time { get; } = new();

    /// <summary>The search of "this process"; <see cref="Restart"/> makes a new one.</summary>
    public StoreSearch Search { get; private set; }

    /// <summary>The search of another process over the same files.</summary>
    public StoreSearch Open()
    {
        var search = new StoreSearch(
            new SearchOptions { Zone = TimeZoneInfo.CreateCustomTimeZone("JST", TimeSpan.FromHours(9), "JST", "JST"), BufferMegabytes = 8 },
            Time,
            NullLogger<StoreSearch>.Instance);
        _opened.Add(search);
        return search;
    }

    /// <summary>Ends the process without any goodbye that would write something, and begins another.</summary>
    public void Restart()
    {
        Search.Dispose();
        Search = Open();
    }

    public ContentId Add(byte[] message) => Store.Commit(message)[0];

    public Task<IndexCoverage> CatchUpAsync() => Search.CatchUpAsync(Store, NoProgress.Instance, CancellationToken.None);

    public Task<IndexCoverage> RebuildAsync() => Search.RebuildAsync(Store, NoProgress.Instance, CancellationToken.None);

    public Task<SearchPage> PageAsync(string query, int offset = 0, int limit = 100, bool newestFirst = false) =>
        Search.SearchAsync(Store, new SearchRequest(query, offset, limit, newestFirst), CancellationToken.None);

    /// <summary>The ids found, sorted.</summary>
    public async Task<ContentId[]> FindAsync(string query) => [.. (await PageAsync(query)).Hits.Select(hit => hit.Id).Order()];

    public void Dispose()
    {
        _opened.ForEach(search => search.Dispose());
        System.IO.Directory.Delete(Directory, true);
    }
}
