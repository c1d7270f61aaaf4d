using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>The rooms of a running host, for what runs inside it: runs are carried out anyway.</summary>
internal sealed class HostServices(IServiceProvider provider) : ICommandServices
{
    public bool IsHost => true;

    public IServiceProvider Provider { get; } = provider;

    public Task StartJobsAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
