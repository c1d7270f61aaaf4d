using System.CommandLine;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Hosting;

namespace ArchiveJobs.Worker.Commands;

internal sealed class ServeCommand : CliCommand
{
    private readonly Option<string> _urls = new("--urls")
    {
        Description = $"Where to listen; several with ; between them. Default: ARCHIVEJOBS_URLS, else {Listening.DefaultPlain}.", HelpName = "URL",
        DefaultValueFactory = _ => FromEnvironment("ARCHIVEJOBS_URLS") ?? Listening.DefaultPlain,
    };

    private readonly Option<string?> _https = new("--https")
    {
        Description = $"Where to listen with https: a port, addresses, or off. Default: ARCHIVEJOBS_HTTPS, else {Listening.DefaultSecure} if that port is free.", HelpName = "PORT|URL|off",
        DefaultValueFactory = _ => FromEnvironment("ARCHIVEJOBS_HTTPS"),
    };

    private readonly Option<string[]> _names = new("--name")
    {
        Description = "What browsers call this host, for its certificate; remembered. Default: ARCHIVEJOBS_NAMES, else as before, at first the name of the machine.", HelpName = "DNS",
        DefaultValueFactory = _ => FromEnvironment("ARCHIVEJOBS_NAMES")?.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries) ?? [],
    };

    public ServeCommand()
        : base(
            "serve", "Runs the host: carries out runs, answers commands and browsers.",
            "archivejobs serve", "archivejobs serve --name archive.example.jp", "archivejobs serve --data /srv/archive --urls http://127.0.0.1:9000 --https 9443")
    {
        Add(_urls);
        Add(_https);
        Add(_names);
    }

    public override bool RunsHere => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var listening = Listening.Parse(arguments.GetValue(_urls)!, arguments.GetValue(_https));
        var names = CertificateText.NamesOf(arguments.GetValue(_names));
        await HostServer.RunAsync(context.Data, listening, names, ready => Show(context, ready), PasswordOutput(context), cancellationToken);
        return ExitCodes.Good;
    }

    private static void Show(CommandContext context, HostReady ready)
    {
        context.Line($"ArchiveJobs is running: {ready.Url}");
        if (ready is { SecureUrl: { } secure, Certificate: { } certificate })
        {
            context.Line($"Over the network: {secure} ({(certificate.IsSelfSigned ? "self-signed, browsers warn" : "issued by " + certificate.Leaf.Issuer)}; SHA-256 {certificate.Fingerprint})");
        }

        context.Line($"Data: {context.Data.Root}. Stop with Ctrl+C.");
        foreach (var warning in ready.Warnings)
        {
            context.Line(warning);
        }
    }

    /// <summary>A password is shown on a terminal only; output that goes elsewhere is kept by somebody.</summary>
    internal static Action<string, string>? PasswordOutput(CommandContext context) => Console.IsOutputRedirected ? null : (user, password) =>
    {
        context.Line($"User: {user}");
        context.Line($"Password: {password}   (shown once; choose your own at the first login)");
    };

    private static string? FromEnvironment(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
