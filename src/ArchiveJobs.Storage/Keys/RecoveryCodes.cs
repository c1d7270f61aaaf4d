using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Storage.Io;

namespace ArchiveJobs.Storage.Keys;

/// <summary>The recovery code slot of a data directory.</summary>
internal sealed class RecoveryCodes(string dataDirectory, InstallationKey key, IFileSystem files, TimeProvider time) : IRecoveryCodes
{
    private string SlotPath => Path.Combine(dataDirectory, "keys", RecoverySlot.FileName);

    public RecoveryCodeState? Read() => ReadSlot() is { } slot ? new RecoveryCodeState(slot.CreatedAt, slot.ConfirmedAt) : null;

    public string Renew()
    {
        var code = RecoveryCode.New();
        Write(RecoverySlot.Wrap(key, code, time.GetUtcNow()));
        return code;
    }

    public bool Confirm(string code)
    {
        if (ReadSlot() is not { } slot || slot.Open(code) is not { } opened || !opened.IsSameAs(key))
        {
            return false;
        }

        Write(slot with { ConfirmedAt = slot.ConfirmedAt ?? time.GetUtcNow() });
        return true;
    }

    /// <summary>The slot's file; null when there is no usable one.</summary>
    public byte[]? ReadFile() => ReadSlot()?.ToBytes();

    private RecoverySlot? ReadSlot() => File.Exists(SlotPath) ? RecoverySlot.Parse(File.ReadAllBytes(SlotPath)) : null;

    private void Write(RecoverySlot slot)
    {
        files.ReplaceFile(SlotPath, slot.ToBytes());
        PrivateDirectory.Protect(SlotPath);
    }
}
