using ArchiveJobs.Core;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;

namespace ArchiveJobs.Worker.Tests.Certificates;

/// <summary>keys/ in memory; can die before a replacement, as a process does.</summary>
internal sealed class MemoryKeyFiles : IKeyFiles
{
    private int _replacements;

    public Dictionary<string, byte[]> Content { get; } = [];

    /// <summary>How many replacements go well before all fail; null for all.</summary>
    public int? DiesAfter { get; set; }

    public byte[]? Read(string name) => Content.GetValueOrDefault(name);

    public string? Stamp(string name) => Content.TryGetValue(name, out var content) ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content)) : null;

    public void Replace(string name, ReadOnlySpan<byte> content)
    {
        if (_replacements++ >= DiesAfter)
        {
            throw new IOException("Killed.");
        }

        Content[name] = content.ToArray();
    }

    public void Remove(string name) => Content.Remove(name);
}

/// <summary>Turns the octets round: enough to see that a key is not stored as it is.</summary>
internal sealed class ReversingProtector : ISecretProtector
{
    public byte[] Protect(ReadOnlySpan<byte> secret, string purpose)
    {
        var result = secret.ToArray();
        Array.Reverse(result);
        return result;
    }

    public byte[] Unprotect(ReadOnlySpan<byte> protectedSecret, string purpose) => Protect(protectedSecret, purpose);
}

internal sealed class RecordedAudit : IAuditTrail
{
    public List<AuditEntry> Entries { get; } = [];

    public void Add(MasterContext context, AuditEntry entry) => Entries.Add(entry);

    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        Entries.Add(entry);
        return Task.CompletedTask;
    }
}

internal static class Refusals
{
    /// <summary>The situation that the act is refused with.</summary>
    public static string KeyOf(Action act) => Assert.Throws<ArchiveException>(act).Situation.Key;

    public static Situation Of(Action act) => Assert.Throws<ArchiveException>(act).Situation;
}
