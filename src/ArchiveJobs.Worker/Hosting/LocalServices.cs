using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Notifications.Outbox;
using ArchiveJobs.Scheduling;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>The rooms inside a process that ends with its command. Runs are carried out here only after <see cref="StartJobsAsync"/>.</summary>
internal sealed class LocalServices(DataDirectory data) : ICommandServices, IAsyncDisposable
{
    /// <summary>Alerts that could not be delivered keep a command for so long.</summary>
    private static readonly TimeSpan AlertPatience = TimeSpan.FromSeconds(30);

    private IHost? _host;
    private bool _isOpen;
    private bool _isStarted;

    public bool IsHost => false;

    public IServiceProvider Provider => _host?.Services ?? throw new InvalidOperationException("The services have not been opened.");

    /// <summary>Brings the data directory up to this version.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_host is not null)
        {
            return;
        }

        data.Create();
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new FileLog(data));
        builder.Services.AddRooms(data, DeliveryKind.InProcess);
        _host = builder.Build();
        await _host.Services.GetRequiredService<MasterDatabase>().MigrateAsync(cancellationToken);
        await _host.Services.GetRequiredService<InstallationCheck>().RunAsync(cancellationToken);
        _isOpen = true;
    }

    public async Task StartJobsAsync(CancellationToken cancellationToken)
    {
        if (!_isStarted)
        {
            await _host!.StartAsync(cancellationToken);
            _isStarted = true;
        }
    }

    /// <summary>Sends what runs of this process have put into the outbox. Does nothing when none were carried out.</summary>
    /// <returns>How many alerts still wait.</returns>
    public Task<int> DeliverAlertsAsync(CancellationToken cancellationToken) =>
        _isStarted ? _host!.Services.GetRequiredService<IAlertOutbox>().DeliverAsync(AlertPatience, cancellationToken) : Task.FromResult(0);

    /// <summary>Stops in order: runs give themselves back, then the index followers, then stores and database close.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_host is null)
        {
            return;
        }

        if (_isStarted)
        {
            await _host.StopAsync();
        }

        if (_isOpen && _host.Services.GetService<OwnedStores>() is { } owned)
        {
            await owned.GiveBackAsync();
        }

        await _host.Services.GetRequiredService<AuditSealer>().SealOwnAsync();

        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
