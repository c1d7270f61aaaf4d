using System.Text;
using ArchiveJobs.Core;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ArchiveJobs.Storage.Catalog;

/// <summary>
/// One prepared statement, bound by position. Beneath Microsoft.Data.Sqlite's commands because these look every parameter up by name at each
/// execution, which costs more than the insert. Prepared at first use; values stay bound. One thread at a time.
/// </summary>
internal sealed class SqliteStatement(SqliteConnection connection, string sql) : IDisposable
{
    private sqlite3_stmt? _statement;

    private sqlite3_stmt Statement => _statement ??= Prepare();

    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(Statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, bool value) => Bind(index, value ? 1 : 0);

    public SqliteStatement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    public SqliteStatement Bind(int index, ContentId value)
    {
        Span<byte> digest = stackalloc byte[ContentId.Bytes];
        value.CopyTo(digest);
        return Bind(index, digest);
    }

    public SqliteStatement Bind(int index, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return Bind(index, bytes);
    }

    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        // An empty span would bind NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(Statement, index, 0) : raw.sqlite3_bind_blob(Statement, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, string value)
    {
        const int OnStack = 512;
        if (value.Length == 0)
        {
            // An empty span would bind NULL.
            Check(raw.sqlite3_bind_text(Statement, index, value));
            return this;
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        Span<byte> utf8 = most <= OnStack ? stackalloc byte[OnStack] : new byte[most];
        Check(raw.sqlite3_bind_text(Statement, index, utf8[..Encoding.UTF8.GetBytes(value, utf8)]));
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(Statement, index));
        return this;
    }

    /// <summary>Runs a statement that returns no rows.</summary>
    /// <returns>Rows changed.</returns>
    public int Execute()
    {
        Step();
        Reset();
        return raw.sqlite3_changes(connection.Handle);
    }

    /// <summary>Moves to the next row. Once it returned false the statement is ready to be bound anew; otherwise call <see cref="Reset"/>.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(Statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        // The reset gives the step's extended error code again and releases the locks of a failed statement.
        var after = raw.sqlite3_reset(Statement);
        if (code != raw.SQLITE_DONE)
        {
            Check(after != raw.SQLITE_OK ? after : code);
        }

        return false;
    }

    public void Reset() => raw.sqlite3_reset(Statement);

    public bool IsNull(int column) => raw.sqlite3_column_type(Statement, column) == raw.SQLITE_NULL;

    public long Integer(int column) => raw.sqlite3_column_int64(Statement, column);

    public bool Boolean(int column) => Integer(column) != 0;

    public string Text(int column) => raw.sqlite3_column_text(Statement, column).utf8_to_string() ?? "";

    /// <summary>Valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(Statement, column);

    /// <exception cref="CatalogCorruptException">The blob has not 32 bytes.</exception>
    public ContentId Id(int column)
    {
        var bytes = Bytes(column);
        return bytes.Length == ContentId.Bytes ? new ContentId(bytes) : throw new CatalogCorruptException("An id in the catalog has not 32 bytes.");
    }

    public void Dispose() => _statement?.Dispose();

    private sqlite3_stmt Prepare()
    {
        var code = raw.sqlite3_prepare_v3(connection.Handle, sql, raw.SQLITE_PREPARE_PERSISTENT, out var statement);
        Check(code);
        return statement;
    }

    private void Check(int code)
    {
        if (code is not raw.SQLITE_OK)
        {
            throw CatalogFailure.Translate(code, connection.Handle is { } handle ? raw.sqlite3_errmsg(handle).utf8_to_string() : "");
        }
    }
}
