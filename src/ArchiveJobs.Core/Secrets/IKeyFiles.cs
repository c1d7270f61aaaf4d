namespace ArchiveJobs.Core.Secrets;

/// <summary>Small files beside the installation key, readable by their owner only. Thread-safe, but for two replacements of the same name.</summary>
public interface IKeyFiles
{
    /// <summary>Null when there is no such file.</summary>
    byte[]? Read(string name);

    /// <summary>Changes whenever the file was replaced, by whichever process; null when there is none.</summary>
    string? Stamp(string name);

    /// <summary>Durable when it returns. A crash before leaves the whole old file, or none.</summary>
    void Replace(string name, ReadOnlySpan<byte> content);

    void Remove(string name);
}
