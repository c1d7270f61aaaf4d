namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>This start of this process; the holder of its leases.</summary>
/// <param name="BootId">New at every start.</param>
/// <param name="HostId">Of the data directory, the same at every start; empty where the database has one host only.</param>
/// <param name="Name">Of the machine.</param>
public sealed record HostIdentity(Guid BootId, Guid HostId, string Name, int ProcessId, string Version)
{
    internal static HostIdentity Create(IRandomSource random, Guid hostId) => new(
        random.NewKey(),
        hostId,
        Environment.MachineName,
        Environment.ProcessId,
        typeof(HostIdentity).Assembly.GetName().Version?.ToString(3) ?? "0");
}
