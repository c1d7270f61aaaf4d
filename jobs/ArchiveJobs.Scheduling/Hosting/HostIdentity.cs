namespace ArchiveJobs.Scheduling.Hosting;

/// <summary>This start of this process; the holder of its leases.</summary>
/// <param name="BootId">New at every start.</param>
/// <param name="Name">Of the machine.</param>
public sealed record HostIdentity(Guid BootId, string Name, int ProcessId, string Version)
{
    internal static HostIdentity Create(IRandomSource random) => new(
        random.NewKey(),
        Environment.MachineName,
        Environment.ProcessId,
        typeof(HostIdentity).Assembly.GetName().Version?.ToString(3) ?? "0");
}
