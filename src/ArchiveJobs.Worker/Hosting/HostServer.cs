using System.Net.Sockets;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Dashboard;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Notifications.Settings;
using ArchiveJobs.Scheduling;
using ArchiveJobs.Worker.Api;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Certificates;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Commands;
using ArchiveJobs.Worker.Composition;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>The host: one process that carries out runs and answers on loopback.</summary>
internal static class HostServer
{
    /// <summary>Runs until the token fires.</summary>
    /// <param name="names">What people call this host; none for what was configured before.</param>
    /// <param name="onReady">Told once everything is open.</param>
    /// <param name="showPassword">Shows name and password of the first administrator to a person; null when nobody looks.</param>
    /// <exception cref="CommandException">The data directory or a port is taken.</exception>
    public static async Task RunAsync(
        DataDirectory data, Listening listening, IReadOnlyList<string> names, Action<HostReady> onReady, Action<string, string>? showPassword, CancellationToken cancellationToken)
    {
        data.Create();
        var warnings = new List<string>();
        listening = WithoutTakenDefault(listening, warnings);
        var known = new KnownNames(listening.HostNames.Concat(names));
        await using var app = Build(data, listening, known, out var state);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ArchiveJobs.Worker.Host");
        var https = listening.Secure.Count > 0 ? new HttpsStart(app.Services, names) : null;
        https?.Prepare(warnings);
        await StartAsync(app, cancellationToken);
        try
        {
            var urls = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
            state.Address = state.Address with { Url = UrlOf(urls), SecureUrl = https?.UrlOf(urls) };
            await StoreOpening.OpenAllAsync(app.Services, logger, cancellationToken);
            await app.Services.GetRequiredService<FirstAdministrator>().EnsureAsync(showPassword, cancellationToken);
            known.Add((await app.Services.GetRequiredService<IAlertService>().ReadOptionsAsync(cancellationToken)).BaseUrl?.Host);
            if (https is not null)
            {
                await https.TellAsync(cancellationToken);
            }

            state.BecomeReady();
            state.Address.Write(data);
            logger.Ready();
            warnings.ForEach(logger.HttpsWarning);
            onReady(new HostReady(state.Address.Url, state.Address.SecureUrl, https?.Certificate, [.. warnings, .. WarningsOf(app.Services, logger)]));
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

    private static async Task StartAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new CommandException(ExitCodes.NotReachable, $"This host cannot listen as it should: {e.Message} Choose other addresses: --urls URL, --https PORT|URL|off", e);
        }
        catch (ArchiveException e) when (e.Situation.Key is SituationKeys.HostSecondSqlite or SituationKeys.HostSecond)
        {
            throw new CommandException(ExitCodes.NotReachable, e.Message, e);
        }
    }

    /// <summary>Several hosts of one machine shall start without settings: only the first gets the usual https port. A port that somebody chose is an error instead.</summary>
    private static Listening WithoutTakenDefault(Listening listening, List<string> warnings)
    {
        warnings.AddRange(listening.OpenPlain.Select(address => $"{address} is open to the network without encryption: passwords can be read on the way. Use https there, and http on 127.0.0.1 only."));
        if (listening.IsSecureChosen || listening.Secure.Count == 0 || Listening.Try(listening.Secure[0]) is not { } taken)
        {
            return listening;
        }

        warnings.Add($"https is off: port {listening.Secure[0].Port} cannot be had ({taken.Message}). Choose another, or say that you want none: --https PORT|off");
        return listening.WithoutHttps();
    }

    private static WebApplication Build(DataDirectory data, Listening listening, KnownNames known, out HostState state)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            listening.Apply(kestrel, endpoint => endpoint.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(kestrel.ApplicationServices.GetRequiredService<ShownCertificate>().ForHandshake()),
            }));
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
        builder.Logging.AddFilter(typeof(TokenAuthentication).FullName, LogLevel.Warning);   // Two lines for each wrong token; FailedTokens says it once a minute.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(60));
        builder.Services.AddRooms(data, DeliveryKind.Hangfire).AddPages(data);
        builder.WebHost.UseStaticWebAssets();   // Of a build that was not published; does nothing in one that was.

        var app = builder.Build();
        var shelf = app.Services.GetRequiredService<CertificateShelf>();
        state = new HostState(HostAddress.ForThisProcess(""), data, TimeProvider.System, app.Lifetime.ApplicationStopping);
        app.UseProtection(host => known.Has(host) || shelf.LastRead?.IsFor(host) == true);
        app.UseSecureCookies();
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

    /// <summary>The one that commands of this machine use.</summary>
    private static string UrlOf(IEnumerable<string> urls)
    {
        var plain = urls.Where(url => url.StartsWith("http:", StringComparison.Ordinal)).ToList();
        return plain.Find(url => url.Contains("127.0.0.1", StringComparison.Ordinal) || url.Contains("localhost", StringComparison.Ordinal)) ?? plain[0];
    }
}
