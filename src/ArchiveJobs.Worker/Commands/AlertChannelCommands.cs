using System.CommandLine;
using System.Text;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.NetworkMessage;
using ArchiveJobs.Notifications.Channels.Pickup;
using ArchiveJobs.Notifications.Channels.Smtp;
using ArchiveJobs.Notifications.Settings;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>What every kind of channel has: a name, a language, and whether it is a new one.</summary>
internal sealed class AlertChannelOptions
{
    private readonly Option<string?> _name = new("--name") { Description = "For people; unique. Default: the kind.", HelpName = "NAME" };
    private readonly Option<string?> _language = new("--language") { Description = "en (default) or ja.", HelpName = "L" };
    private readonly Option<string?> _set = new("--set") { Description = "Change this channel (number or name) to what is given here, in place of adding one.", HelpName = "CHANNEL" };

    public void AddTo(Command command)
    {
        command.Add(_name);
        command.Add(_language);
        command.Add(_set);
    }

    public async Task<int> SaveAsync(ParseResult arguments, CommandContext context, ChannelSettings settings, CancellationToken cancellationToken)
    {
        var alerts = context.Get<IAlertService>();
        var (name, language) = (arguments.GetValue(_name), arguments.GetValue(_language));
        ChannelView channel;
        if (arguments.GetValue(_set) is { } given)
        {
            var id = (await AlertCommands.FindAsync(context, given, cancellationToken)).Id;
            channel = await CheckedAsync(() => alerts.SetAsync(id, new ChannelChange { Name = name, Settings = settings, Language = language }, Environment.UserName, cancellationToken));
            context.Line($"Channel {channel.Id} \"{channel.Name}\" is changed: {channel.Summary}.");
        }
        else
        {
            channel = await CheckedAsync(() => alerts.AddAsync(settings, name, language ?? "en", Environment.UserName, cancellationToken));
            context.Line($"Channel {channel.Id} \"{channel.Name}\" is added: {channel.Summary}. Try it: archivejobs alert test {channel.Id}");
        }

        context.Output.Json(CommandJson.Write(AlertCommands.ToJson(channel)));
        return ExitCodes.Good;
    }

    /// <summary>What cannot be used is a mistake on the command line.</summary>
    public static async Task<T> CheckedAsync<T>(Func<Task<T>> change)
    {
        try
        {
            return await change();
        }
        catch (AlertSettingsException e)
        {
            throw CommandException.Usage(e.Message);
        }
    }

    public static Task CheckedAsync(Func<Task> change) => CheckedAsync(async () =>
    {
        await change();
        return true;
    });
}

internal sealed class AlertSmtpCommand : CliCommand
{
    private readonly Option<string> _host = new("--host") { Description = "The mail server.", HelpName = "H", Required = true };
    private readonly Option<int?> _port = new("--port") { Description = "Default: 25 (none), 587 (starttls), 465 (tls).", HelpName = "P" };
    private readonly Option<string> _security = new("--security") { Description = "none, starttls (default) or tls.", HelpName = "S", DefaultValueFactory = _ => "starttls" };
    private readonly Option<string?> _user = new("--user") { Description = "Name to log in with; none for no login.", HelpName = "U" };
    private readonly CallerFileOption _passwordFile = new("--password-file", "File whose first line is the password.");
    private readonly CallerFileOption _caFile = new("--ca-file", "PEM file of certificates trusted beside the system's.");
    private readonly Option<string> _from = new("--from") { Description = "Address of the sender.", HelpName = "A", Required = true };
    private readonly Option<string[]> _to = new("--to") { Description = "Address of a recipient; may be repeated.", HelpName = "B", Required = true };
    private readonly AlertChannelOptions _channel = new();

    public AlertSmtpCommand()
        : base(
            "smtp", "Adds (or changes, --set) a channel that sends mails.",
            "archivejobs alert smtp --host smtp.example.jp --port 587 --security starttls --user archive --password-file pw.txt --from archive@example.jp --to admin@example.jp",
            "archivejobs alert smtp --host smtp.example.jp --security none --from archive@example.jp --to admin@example.jp --language ja")
    {
        foreach (var option in new Option[] { _host, _port, _security, _user, _passwordFile, _caFile, _from, _to })
        {
            Add(option);
        }

        _channel.AddTo(this);
    }

    public override bool CreatesData => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var security = arguments.GetRequiredValue(_security).ToLowerInvariant() switch
        {
            "none" => ConnectionSecurity.None,
            "starttls" => ConnectionSecurity.StartTls,
            "tls" => ConnectionSecurity.Tls,
            var other => throw CommandException.Usage($"--security {other} is not known: none, starttls or tls."),
        };
        var settings = new SmtpSettings
        {
            Host = arguments.GetRequiredValue(_host),
            Port = arguments.GetValue(_port) ?? UsualPort(security),
            Security = security,
            User = arguments.GetValue(_user),
            Secret = arguments.GetValue(_passwordFile) is { } file ? FirstLine(context, file) : null,
            TrustedCertificates = arguments.GetValue(_caFile) is { } pem ? Encoding.UTF8.GetString(context.Caller.ReadFile(pem)) : null,
            From = arguments.GetRequiredValue(_from),
            To = arguments.GetRequiredValue(_to),
        };
        var exit = await _channel.SaveAsync(arguments, context, settings, cancellationToken);
        if (security == ConnectionSecurity.None && settings.User is not null)
        {
            context.Output.Error("Warning: not encrypted: the password can be read on the way. Use --security starttls or tls.");
        }

        return exit;
    }

    internal static int UsualPort(ConnectionSecurity security) => security switch { ConnectionSecurity.None => 25, ConnectionSecurity.Tls => 465, _ => 587 };

    private static string FirstLine(CommandContext context, string file)
    {
        var text = Encoding.UTF8.GetString(context.Caller.ReadFile(file)).TrimStart('\uFEFF');
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var line = end < 0 ? text : text[..end];
        return line.Length > 0 ? line : throw CommandException.Usage($"{file}: its first line is empty; it should be the password.");
    }
}

internal sealed class AlertNetworkMessageCommand : CliCommand
{
    private readonly Option<string> _server = new("--server") { Description = "Name or address of the computer.", HelpName = "HOST", Required = true };
    private readonly Option<string> _user = new("--user") { Description = "User or session there; * for everyone who is logged in.", HelpName = "USER", Required = true };
    private readonly AlertChannelOptions _channel = new();

    public AlertNetworkMessageCommand()
        : base("network-message", "Adds (or changes, --set) a channel that shows a window on a computer (msg; needs a host on Windows).", "archivejobs alert network-message --server 192.0.2.10 --user administrator")
    {
        Add(_server);
        Add(_user);
        _channel.AddTo(this);
    }

    public override bool CreatesData => true;

    public override Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken) => _channel.SaveAsync(
        arguments, context, new NetworkMessageSettings { Server = arguments.GetRequiredValue(_server), User = arguments.GetRequiredValue(_user) }, cancellationToken);
}

internal sealed class AlertPickupCommand : CliCommand
{
    private readonly Option<string> _directory = new("--directory") { Description = "Where the .eml files go; made when it is missing.", HelpName = "D", Required = true };
    private readonly Option<string?> _from = new("--from") { Description = "Sender shown in the files.", HelpName = "A" };
    private readonly Option<string?> _to = new("--to") { Description = "Recipient shown in the files.", HelpName = "B" };
    private readonly AlertChannelOptions _channel = new();

    public AlertPickupCommand()
        : base("pickup", "Adds (or changes, --set) a channel that writes one .eml a notice.", "archivejobs alert pickup --directory /var/spool/archivejobs")
    {
        Add(_directory);
        Add(_from);
        Add(_to);
        _channel.AddTo(this);
    }

    public override bool CreatesData => true;

    public override Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var settings = new PickupSettings { Directory = context.Caller.Resolve(arguments.GetRequiredValue(_directory)) };
        settings = settings with { From = arguments.GetValue(_from) ?? settings.From, To = arguments.GetValue(_to) ?? settings.To };
        return _channel.SaveAsync(arguments, context, settings, cancellationToken);
    }
}
