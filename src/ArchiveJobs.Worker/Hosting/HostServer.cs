using ArchiveJobs.Core;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Dashboard;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Scheduling;
using ArchiveJobs.Worker.Api;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Commands;
using ArchiveJobs.Worker.Composition;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>The host: one process that carries out runs and answers on loopback.</summary>
internal static class HostServer
{
    /// <summary>Runs until the token fires.</summary>
    /// <param name="onReady">Told the address once everything is open, and what a person should see to.</param>
    /// <param name="showPassword">Shows name and password of the first administrator to a person; null when nobody looks.</param>
    /// <exception cref="CommandException">The data directory or the port is taken.</exception>
    public static async Task RunAsync(
        DataDirectory data, string urls, Action<string, IReadOnlyList<string>> onReady, Action<string, string>? showPassword, CancellationToken cancellationToken)
    {
        data.Create();
        await using var app = Build(data, urls, out var state);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new CommandException(ExitCodes.NotReachable, $"{urls} cannot be used: {e.Message}", e);
        }
        catch (ArchiveException e) when (e.Situation.Key == SituationKeys.HostSecondSqlite)
        {
            throw new CommandException(ExitCodes.NotReachable, e.Message, e);
        }

        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ArchiveJobs.Worker.Host");
        try
        {
            state.Address = state.Address with { Url = UrlOf(app) };
            await StoreOpening.OpenAllAsync(app.Services, logger, cancellationToken);
            await app.Services.GetRequiredService<FirstAdministrator>().EnsureAsync(showPassword, cancellationToken);
            state.BecomeReady();
            state.Address.Write(data);
            logger.Ready();
            onReady(state.Address.Url, WarningsOf(app.Services, logger));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.Stopping();
        }
        finally
        {
            // New commands first stop finding this host, then requests end, runs give themselves back, followers stop, stores close.
            HostAddress.Remove(data);
            await app.StopAsync(CancellationToken.None);
        }
    }

    private static WebApplication Build(DataDirectory data, string urls, out HostState state)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseUrls(urls).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024 * 1024;   // A command line with its small files.
        });
        builder.Logging.ClearProviders().AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-dd HH:mm:ss zzz ";
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Hangfire", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Antiforgery", LogLevel.Error)   // Warns that it forbids caching, which we do already.
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);   // Warns that keys of cookies lie in files; only their owner can read them.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.Services.AddRooms(data, DeliveryKind.Hangfire).AddPages(data);
        builder.WebHost.UseStaticWebAssets();   // Of a build that was not published; does nothing in one that was.

        var app = builder.Build();
        state = new HostState(HostAddress.ForThisProcess(urls), data, TimeProvider.System, app.Lifetime.ApplicationStopping);
        app.UseProtection([.. urls.Split(';').Select(url => new Uri(url.Replace("*", "localhost", StringComparison.Ordinal).Replace("+", "localhost", StringComparison.Ordinal)).Host)]);
        app.MapHealth(state);
        app.MapCommand(state, AllCommands.Create());
        app.UseDashboard();
        app.MapApi(state);
        return app;
    }

    private static IReadOnlyList<string> WarningsOf(IServiceProvider services, ILogger logger)
    {
        if (KeyCommands.StandingWarning(services.GetRequiredService<IRecoveryCodes>()) is not { } warning)
        {
            return [];
        }

        logger.RecoveryCodeOpen(warning);
        return [$"Recovery code: {warning}"];
    }

    private static string UrlOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
