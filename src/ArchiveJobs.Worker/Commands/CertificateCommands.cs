using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ArchiveJobs.Worker.Certificates;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>The certificate that browsers see. With a running host each change is shown at the next connection, without a restart.</summary>
internal static class CertificateCommands
{
    public static Command Create() => new("certificate", "Shows, makes, requests, imports and exports the certificate for https.")
    {
        new CertificateShowCommand(), new CertificateCreateCommand(), new CertificateCsrCommand(), new CertificateImportCommand(), new CertificateExportCommand(), new CertificateUndoCommand(),
    };

    public static Option<string[]> NameOption() => new("--name") { Description = "DNS name or address; give it again for each. Default: the names so far.", HelpName = "DNS" };

    /// <exception cref="CommandException">There is none yet, or it cannot be read.</exception>
    public static HttpsCertificate Current(CommandContext context) => context.Get<CertificateShelf>().Read()
        ?? throw CommandException.Usage("There is no certificate yet: a host with https makes one when it starts. Make one now: archivejobs certificate create");
}

internal sealed class CertificateShowCommand : CliCommand
{
    public CertificateShowCommand()
        : base("show", "Shows the certificate in use, with the fingerprint to compare in the browser.", "archivejobs certificate show", "archivejobs certificate show --json")
    {
    }

    public override Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var certificate = CertificateCommands.Current(context);
        var warnings = certificate.UncoveredNames.Count == 0 ? Array.Empty<string>() : [$"It is not for {string.Join(", ", certificate.UncoveredNames)}: browsers that open that name warn."];
        CertificateText.Show(context, certificate, warnings);
        return Task.FromResult(ExitCodes.Good);
    }
}

internal sealed class CertificateCreateCommand : CliCommand
{
    private readonly Option<string[]> _names = CertificateCommands.NameOption();
    private readonly Option<int> _days = new("--days") { Description = $"How long it is valid, 1 to {SelfSigned.MaxDays}.", DefaultValueFactory = _ => SelfSigned.MaxDays, HelpName = "N" };

    public CertificateCreateCommand()
        : base(
            "create", "Makes a self-signed certificate with a new key. It is renewed by itself; the one before is kept (certificate undo).",
            "archivejobs certificate create --name archive.example.jp", "archivejobs certificate create --name archive --name 192.0.2.7 --days 90")
    {
        Add(_names);
        Add(_days);
    }

    public override bool CreatesData => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var days = arguments.GetValue(_days);
        if (days is < 1 or > SelfSigned.MaxDays)
        {
            throw CommandException.Usage($"--days takes 1 to {SelfSigned.MaxDays}: browsers refuse certificates that are valid longer.");
        }

        var names = CertificateText.NamesOf(arguments.GetValue(_names));
        var made = await context.Get<CertificateDesk>().CreateAsync(names, days, Environment.UserName, cancellationToken);
        CertificateText.Show(context, made, []);
        return ExitCodes.Good;
    }
}

internal sealed class CertificateCsrCommand : CliCommand
{
    private readonly Option<string[]> _names = CertificateCommands.NameOption();
    private readonly OutputFile _output = new();

    public CertificateCsrCommand()
        : base(
            "csr", "Makes a key and a signing request (PKCS #10, PEM) for an authority. The key stays here: import what the authority issues without it.",
            "archivejobs certificate csr --output archive.csr --name archive.example.jp", "archivejobs certificate csr --output - > archive.csr")
    {
        Add(_names);
        _output.AddTo(this);
    }

    public override bool CreatesData => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var names = CertificateText.NamesOf(arguments.GetValue(_names));
        _output.Check(arguments, context);
        if (context.Get<CertificateShelf>().HasRequest)
        {
            context.Output.Error("The request before this one is void: a certificate issued for it can only be imported with a key.");
        }

        var (pem, requested) = await context.Get<CertificateDesk>().RequestAsync(names, Environment.UserName, cancellationToken);
        _output.Write(arguments, context, Encoding.ASCII.GetBytes(pem));
        context.Output.Error($"The request is for {(requested.Count > 0 ? string.Join(", ", requested) : "localhost")}. When the certificate is issued: archivejobs certificate import FILE");
        context.Output.Json(CommandJson.Write(new JsonObject { ["hostNames"] = new JsonArray([.. requested.Select(name => JsonValue.Create(name))]), ["pem"] = pem }));
        return ExitCodes.Good;
    }
}

internal sealed class CertificateImportCommand : CliCommand
{
    private readonly CallerFileArgument _file = new("PEM (certificate, issuers, key), DER or PFX.");
    private readonly CallerFileOption _key = new("--key", "The private key, when it lies in a file of its own (PEM or PKCS #8).");
    private readonly CallerFileOption _password = new("--password-file", "A file with the password of the PFX file or key; - asks or reads standard input.");

    public CertificateImportCommand()
        : base(
            "import", "Checks a certificate and shows it from the next connection on. The one before is kept (certificate undo).",
            "archivejobs certificate import archive.pem --key archive.key", "archivejobs certificate import archive.pfx --password-file -", "archivejobs certificate import issued.pem")
    {
        Add(_file);
        Add(_key);
        Add(_password);
    }

    public override bool CreatesData => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var file = arguments.GetValue(_file)!;
        var content = context.Caller.ReadFile(file);
        (string, byte[])? key = arguments.GetValue(_key) is { } keyFile ? (keyFile, context.Caller.ReadFile(keyFile)) : null;
        var password = arguments.GetValue(_password) is { } passwordFile ? Encoding.UTF8.GetString(context.Caller.ReadFile(passwordFile)).TrimEnd('\r', '\n') : null;
        var (imported, warnings) = await context.Get<CertificateDesk>().ImportAsync(
            () => GivenCertificate.Read(file, content, key, password), Environment.UserName, cancellationToken);
        CertificateText.Show(context, imported, warnings);
        return ExitCodes.Good;
    }
}

internal sealed class CertificateExportCommand : CliCommand
{
    private readonly OutputFile _output = new();
    private readonly Option<string> _format = new("--format") { Description = "pem (with issuers) or der.", DefaultValueFactory = _ => "pem" };

    public CertificateExportCommand()
        : base(
            "export", "Writes the certificate to a file, to be trusted elsewhere. Never the key.",
            "archivejobs certificate export --output archive.pem", "archivejobs certificate export --output archive.cer --format der")
    {
        _format.AcceptOnlyFromAmong("pem", "der");
        _output.AddTo(this);
        Add(_format);
    }

    public override Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var certificate = CertificateCommands.Current(context);
        var content = arguments.GetValue(_format) == "der"
            ? certificate.Leaf.Export(X509ContentType.Cert)
            : Encoding.ASCII.GetBytes(string.Concat(new[] { certificate.Leaf }.Concat(certificate.Chain).Select(one => one.ExportCertificatePem() + "\n")));
        _output.Check(arguments, context);
        _output.Write(arguments, context, content);
        context.Output.Json(CommandJson.Write(new JsonObject { ["fingerprintSha256"] = certificate.Fingerprint }));
        return Task.FromResult(ExitCodes.Good);
    }
}

internal sealed class CertificateUndoCommand : CliCommand
{
    public CertificateUndoCommand()
        : base("undo", "Goes back to the certificate before the last change; a second time takes that back.", "archivejobs certificate undo")
    {
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        CertificateText.Show(context, await context.Get<CertificateDesk>().UndoAsync(Environment.UserName, cancellationToken), []);
        return ExitCodes.Good;
    }
}
