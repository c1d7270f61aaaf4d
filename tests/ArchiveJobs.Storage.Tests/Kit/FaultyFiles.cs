using ArchiveJobs.Storage.Io;
using Microsoft.Win32.SafeHandles;

namespace ArchiveJobs.Storage.Tests.Kit;

internal enum Op
{
    Create,
    Open,
    Write,
    SetLength,
    Sync,
    SyncDirectory,
    Replace,
    MakeReadOnly,
    Delete,
    Rename,
}

/// <summary>The real files, with a say in every durable operation. The plan gets the operation and its number (1, 2, 3 … over all) and returns what to throw.</summary>
internal sealed class FaultyFiles(Func<Op, int, Exception?> plan) : IFileSystem
{
    private readonly Dictionary<string, long> _synced = [];

    public int Count { get; private set; }

    /// <summary>The process is dead: nothing it does reaches a file any more.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Bytes of a write that reach the file before it fails.</summary>
    public double TornShare { get; init; }

    public long Free { get; set; } = 1L << 40;

    /// <summary>Runs when a segment has been sealed.</summary>
    public Action? AfterReadOnly { get; set; }

    public static FaultyFiles Counting() => new((_, _) => null);

    /// <summary>kill -9 at the operation with this number: it does not happen, and nothing after it does.</summary>
    public static FaultyFiles KilledAt(int number, double tornShare = 0)
    {
        FaultyFiles? files = null;
        files = new FaultyFiles((_, n) =>
        {
            if (n < number)
            {
                return null;
            }

            files!.IsDead = true;
            return new IOException("killed");
        })
        { TornShare = tornShare };
        return files;
    }

    public static IOException Error(int errno) => new($"errno {errno}", errno);

    public IAppendFile CreateNew(string path)
    {
        Pass(Op.Create);
        return new FaultyFile(this, RealFileSystem.Instance.CreateNew(path), path);
    }

    public IAppendFile OpenExisting(string path)
    {
        Pass(Op.Open);
        return new FaultyFile(this, RealFileSystem.Instance.OpenExisting(path), path);
    }

    public void SyncDirectory(string directory)
    {
        Pass(Op.SyncDirectory);
        RealFileSystem.Instance.SyncDirectory(directory);
    }

    public void ReplaceFile(string path, ReadOnlySpan<byte> content)
    {
        Pass(Op.Replace);
        RealFileSystem.Instance.ReplaceFile(path, content);
    }

    public void MakeReadOnly(string path)
    {
        Pass(Op.MakeReadOnly);
        RealFileSystem.Instance.MakeReadOnly(path);
        AfterReadOnly?.Invoke();
    }

    public void Delete(string path)
    {
        Pass(Op.Delete);
        RealFileSystem.Instance.Delete(path);
    }

    public void Rename(string from, string to)
    {
        Pass(Op.Rename);
        RealFileSystem.Instance.Rename(from, to);
    }

    public long FreeBytes(string directory) => Free;

    /// <summary>Takes away what was written and never synced, as a power cut may.</summary>
    public void LoseWhatWasNotSynced()
    {
        foreach (var (path, length) in _synced.Where(file => File.Exists(file.Key)))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            if (RandomAccess.GetLength(file) > length)
            {
                RandomAccess.SetLength(file, length);
            }
        }
    }

    private void Pass(Op op)
    {
        if (IsDead)
        {
            throw new IOException("dead");
        }

        if (plan(op, ++Count) is { } fault)
        {
            throw fault;
        }
    }

    private sealed class FaultyFile(FaultyFiles files, IAppendFile inner, string path) : IAppendFile
    {
        private long _length = RandomAccess.GetLength(inner.Handle);

        public SafeFileHandle Handle => inner.Handle;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            files._synced.TryAdd(path, _length);
            try
            {
                files.Pass(Op.Write);
            }
            catch (IOException) when (files.Count > 0 && files.TornShare > 0)
            {
                inner.Write(bytes[..(int)(bytes.Length * files.TornShare)], offset);
                throw;
            }

            inner.Write(bytes, offset);
            _length = Math.Max(_length, offset + bytes.Length);
        }

        public void SetLength(long length)
        {
            files.Pass(Op.SetLength);
            inner.SetLength(length);
            _length = length;
        }

        public void Sync()
        {
            files.Pass(Op.Sync);
            inner.Sync();
            files._synced[path] = _length;
        }

        public void Dispose() => inner.Dispose();
    }
}
