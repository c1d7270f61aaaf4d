using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Storage.Catalog.Reading;

/// <summary>Connections for reading, lent to one caller at a time. Thread-safe.</summary>
internal sealed class ReaderPool(string path) : IDisposable
{
    // Kept idle; more are opened when more are needed at once and closed when they come back.
    private const int MaxIdle = 4;

    private readonly ConcurrentBag<ReaderConnection> _idle = [];
    private volatile bool _isDisposed;

    /// <summary>Runs one question on one snapshot. Rows are read to the end inside, so that no read transaction outlives it and holds up the WAL.</summary>
    public TResult Read<TResult>(Func<ReaderConnection, TResult> question)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_idle.TryTake(out var connection))
        {
            connection = new ReaderConnection(CatalogConnection.OpenReader(path));
        }

        var isUsable = false;
        try
        {
            connection.BeginSnapshot();
            var result = question(connection);
            connection.EndSnapshot();
            isUsable = true;
            return result;
        }
        catch (SqliteException e)
        {
            throw CatalogFailure.Translate(e);
        }
        finally
        {
            Return(connection, isUsable);
        }
    }

    /// <summary>Reads rows page by page: the key of a page's last row is where the next one starts.</summary>
    /// <param name="readPage">Fewer rows than <paramref name="size"/> end it.</param>
    public IEnumerable<TRow> ReadPaged<TRow>(int size, TRow? start, Func<ReaderConnection, TRow?, List<TRow>> readPage)
        where TRow : class
    {
        List<TRow> page;
        var last = start;
        do
        {
            var from = last;
            page = Read(connection => readPage(connection, from));
            foreach (var row in page)
            {
                yield return row;
            }

            last = page.Count > 0 ? page[^1] : null;
        }
        while (page.Count == size);
    }

    /// <summary>Closes all connections that are not lent; the others when they come back.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var connection))
        {
            connection.Dispose();
        }
    }

    private void Return(ReaderConnection connection, bool isUsable)
    {
        // After a failure statements may stand in the middle of their rows.
        if (!isUsable || _isDisposed || _idle.Count >= MaxIdle)
        {
            connection.Dispose();
            return;
        }

        _idle.Add(connection);
        if (_isDisposed)
        {
            Dispose();
        }
    }
}
