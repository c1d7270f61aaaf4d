using System.CommandLine;
using System.Text;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Master;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>The options of a profile, the same for <c>profile add</c> and <c>profile set</c>. What is not given stays as it is.</summary>
internal sealed class ProfileOptions
{
    private static readonly string[] Kinds = ["imap", "pop3", "mbox", "maildir", "eml"];

    private readonly Option<string?> _source = new("--source") { Description = "imap, pop3, mbox, maildir or eml.", HelpName = "KIND" };
    private readonly Option<string?> _host = new("--host") { Description = "The mail server.", HelpName = "H" };
    private readonly Option<int?> _port = new("--port") { Description = "Default: the usual one of source and security.", HelpName = "P" };
    private readonly Option<string?> _security = new("--security") { Description = "none, starttls or tls (default).", HelpName = "S" };
    private readonly Option<bool> _ignoreCertificate = new("--ignore-certificate") { Description = "Accept any certificate. A standing warning says so." };
    private readonly CallerFileOption _caFile = new("--ca-file", "PEM file of certificates trusted beside the system's.");
    private readonly Option<string?> _user = new("--user") { Description = "Name to log in with.", HelpName = "U" };
    private readonly CallerFileOption _passwordFile = new("--password-file", "File whose first line is the password.");
    private readonly CallerFileOption _mailboxes = new("--mailboxes", "CSV: user, password, optional address, optional archive user; the first row is a heading. Read once, kept encrypted.");
    private readonly Option<string?> _path = new("--path") { Description = "File or directory, for file sources.", HelpName = "P" };
    private readonly Option<string?> _mailbox = new("--mailbox") { Description = "Archive user whose tree is filled. Default: --user, or the profile's name.", HelpName = "USER" };
    private readonly Option<bool> _tree = new("--tree") { Description = "maildir: one subdirectory a user, each a Maildir++." };
    private readonly Option<bool> _mboxrd = new("--mboxrd") { Description = "mbox: take one '>' off lines of '>'s and \"From \"." };
    private readonly Option<string[]> _include = new("--include") { Description = "Folder pattern to archive; may be repeated. Default: all.", HelpName = "P" };
    private readonly Option<string[]> _exclude = new("--exclude") { Description = "Folder pattern to leave out; may be repeated. IMAP leaves out Trash, Drafts and Junk unless it is none.", HelpName = "P|none" };
    private readonly Option<string?> _store = new("--store") { Description = "Store to archive into. Default: the one that takes new mail.", HelpName = "ID" };
    private readonly Option<int?> _connections = new("--connections") { Description = "Mailboxes read at once, 1 to 32. Default: 4.", HelpName = "N" };
    private readonly Option<long?> _maxSize = new("--max-size") { Description = "Messages larger than so many megabytes are not fetched. Default: 2,147.", HelpName = "MB" };
    private readonly Option<int?> _timeout = new("--timeout") { Description = "Longest silence of a server, seconds. Default: 120.", HelpName = "S" };

    public void AddTo(Command command)
    {
        Option[] all =
        [
            _source, _host, _port, _security, _ignoreCertificate, _caFile, _user, _passwordFile, _mailboxes, _path, _mailbox, _tree, _mboxrd,
            _include, _exclude, _store, _connections, _maxSize, _timeout,
        ];
        foreach (var option in all)
        {
            command.Add(option);
        }
    }

    /// <summary>Null when not given.</summary>
    public string? Source(ParseResult arguments) => arguments.GetValue(_source)?.ToLowerInvariant() switch
    {
        null => null,
        var kind when Kinds.Contains(kind) => kind,
        var other => throw CommandException.Usage($"--source {other} is not known: {string.Join(", ", Kinds)}."),
    };

    public string? Store(ParseResult arguments) => arguments.GetValue(_store);

    public int? Connections(ParseResult arguments) => arguments.GetValue(_connections) is { } number
        ? number is >= 1 and <= 32 ? number : throw CommandException.Usage("--connections is 1 to 32.")
        : null;

    public string? User(ParseResult arguments) => arguments.GetValue(_user);

    public string? Mailbox(ParseResult arguments) => arguments.GetValue(_mailbox);

    public string? MailboxesFile(ParseResult arguments) => arguments.GetValue(_mailboxes);

    /// <summary>The first line of the password file; null when none is given.</summary>
    public string? Password(ParseResult arguments, CommandContext context)
    {
        if (arguments.GetValue(_passwordFile) is not { } file)
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(context.Caller.ReadFile(file)).TrimStart('\uFEFF');
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var password = end < 0 ? text : text[..end];
        return password.Length > 0 ? password : throw CommandException.Usage($"{file}: its first line is empty; it should be the password.");
    }

    /// <summary>The settings with what is given put in.</summary>
    public ProfileSettings Apply(ProfileSettings settings, string kind, ParseResult arguments, CommandContext context)
    {
        var security = arguments.GetValue(_security)?.ToLowerInvariant() switch
        {
            null => settings.Security,
            "none" => ConnectionSecurity.None,
            "starttls" => ConnectionSecurity.StartTls,
            "tls" => ConnectionSecurity.Tls,
            var other => throw CommandException.Usage($"--security {other} is not known: none, starttls, tls."),
        };
        var certificates = arguments.GetValue(_caFile) is { } file ? ReadCertificates(context, file) : settings.TrustedCertificates;
        return settings with
        {
            Host = arguments.GetValue(_host) ?? settings.Host,
            Security = security,
            Port = ChoosePort(settings, kind, security, arguments),
            IgnoreCertificate = arguments.GetValue(_ignoreCertificate) || (settings.IgnoreCertificate && arguments.GetValue(_caFile) is null),
            TrustedCertificates = arguments.GetValue(_ignoreCertificate) ? null : certificates,
            Path = arguments.GetValue(_path) is { } path ? context.Caller.Resolve(path) : settings.Path,
            Tree = arguments.GetValue(_tree) || settings.Tree,
            UnquoteMboxrd = arguments.GetValue(_mboxrd) || settings.UnquoteMboxrd,
            Include = arguments.GetValue(_include) is { Length: > 0 } include ? include : settings.Include,
            Exclude = arguments.GetValue(_exclude) is { Length: > 0 } exclude ? exclude : settings.Exclude,
            MaxMessageOctets = arguments.GetValue(_maxSize) is { } megabytes ? Math.Clamp(megabytes * 1_000_000, 1, int.MaxValue) : settings.MaxMessageOctets,
            TimeoutSeconds = arguments.GetValue(_timeout) is { } seconds ? Math.Clamp(seconds, 1, 3600) : settings.TimeoutSeconds,
        };
    }

    /// <summary>All that does not fit together, in one message.</summary>
    public static void Check(string kind, ProfileSettings settings, int mailboxes)
    {
        var problems = new List<string>();
        var isServer = kind is "imap" or "pop3";
        if (isServer && settings.Host.Length == 0)
        {
            problems.Add("--host is missing");
        }

        if (isServer && settings.Port is < 1 or > 65535)
        {
            problems.Add("--port is 1 to 65535");
        }

        if (isServer && mailboxes == 0)
        {
            problems.Add("--user with --password-file, or --mailboxes, is missing");
        }

        if (!isServer && settings.Path.Length == 0)
        {
            problems.Add("--path is missing");
        }

        if (settings.Tree && mailboxes == 0)
        {
            problems.Add($"{settings.Path} holds no Maildir of a user");
        }

        if (settings.Tree && kind != "maildir")
        {
            problems.Add("--tree is for --source maildir");
        }

        if (problems.Count > 0)
        {
            throw CommandException.Usage($"The profile is not complete: {string.Join("; ", problems)}.");
        }
    }

    private int ChoosePort(ProfileSettings settings, string kind, ConnectionSecurity security, ParseResult arguments)
    {
        if (arguments.GetValue(_port) is { } port)
        {
            return port;
        }

        var isNew = settings.Port == 0 || (arguments.GetValue(_security) is not null && settings.Port == ProfileSettings.UsualPort(kind, settings.Security));
        return isNew ? ProfileSettings.UsualPort(kind, security) : settings.Port;
    }

    private static string ReadCertificates(CommandContext context, string file)
    {
        var pem = Encoding.ASCII.GetString(context.Caller.ReadFile(file));
        return pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal) ? pem : throw CommandException.Usage($"{file} holds no certificate in PEM form.");
    }
}
