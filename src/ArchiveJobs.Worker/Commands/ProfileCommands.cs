using System.CommandLine;
using System.Text.Json.Nodes;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Csv;
using ArchiveJobs.Mail.Files;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Archive profiles: what is archived and how.</summary>
internal static class ProfileCommands
{
    public static Command Create() => new("profile", "Adds, lists, changes and removes archive profiles.")
    {
        new ProfileAddCommand(), new ProfileListCommand(), new ProfileSetCommand(), new ProfileRemoveCommand(),
    };

    internal static Argument<string> NameArgument() => new("NAME") { Description = "The profile." };

    /// <summary>What a person should know about these settings for as long as they stand.</summary>
    internal static IEnumerable<string> StandingWarnings(string kind, ProfileSettings settings)
    {
        if (kind is "imap" or "pop3" && settings.IgnoreCertificate && settings.Security != ConnectionSecurity.None)
        {
            yield return "Certificate problems are ignored: anyone between this host and the server can read along. Give a CA file instead: --ca-file PEM";
        }

        if (kind is "imap" or "pop3" && settings.Security == ConnectionSecurity.None)
        {
            yield return "Not encrypted: passwords and mail can be read on the way. Use --security tls or starttls.";
        }
    }

    internal static async Task<int?> FindStoreAsync(CommandContext context, string? wanted, CancellationToken cancellationToken) =>
        wanted is null ? null : (await StoreOption.FindAsync(context, wanted, cancellationToken))[0].Id;

    internal static List<Account> ReadMailboxes(CommandContext context, string file)
    {
        using var content = new MemoryStream(context.Caller.ReadFile(file));
        return [.. MailboxListReader.Read(content, Path.GetFileName(file)).Select(row => new Account(row.User, row.Password, row.Address, row.ArchiveUser))];
    }

    /// <summary>One account a user's directory, as it lies there now. Users that come later are added by <c>profile set NAME --tree</c>.</summary>
    internal static List<Account> ReadTree(string path) => [.. MaildirUsers.List(path).Select(user => new Account(user.Name, null, null, user.Name))];

    /// <summary>Refuses patterns that cannot be read now, not at two in the morning.</summary>
    internal static void CheckPatterns(CommandContext context, string kind, ProfileSettings settings) =>
        context.Get<IFolderSelector>().Create(kind, settings.Include, settings.Exclude);
}

internal sealed class ProfileAddCommand : CliCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "For people; unique." };
    private readonly ProfileOptions _options = new();

    public ProfileAddCommand()
        : base(
            "add", "Adds an archive profile.",
            "archivejobs profile add Tokyo --source imap --host imap.example.jp --user sales@example.jp --password-file pw.txt",
            "archivejobs profile add Osaka --source imap --host imap.example.jp --security starttls --mailboxes osaka.csv --exclude none",
            "archivejobs profile add Old --source mbox --path old.mbox --mailbox tanaka",
            "archivejobs profile add Server --source maildir --path /var/mail --tree")
    {
        Add(_name);
        _options.AddTo(this);
    }

    public override bool CreatesData => true;

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var name = arguments.GetRequiredValue(_name).Trim();
        if (name.Length is 0 or > 200)
        {
            throw CommandException.Usage("A profile needs a name of at most 200 characters.");
        }

        var kind = _options.Source(arguments) ?? throw CommandException.Usage("--source is missing: imap, pop3, mbox, maildir or eml.");
        var settings = _options.Apply(new ProfileSettings(), kind, arguments, context);
        var accounts = ReadAccounts(name, kind, settings, arguments, context);
        ProfileOptions.Check(kind, settings, accounts.Count);
        ProfileCommands.CheckPatterns(context, kind, settings);
        var profile = new Profile
        {
            Name = name,
            SourceKind = kind,
            Settings = settings,
            StoreId = await ProfileCommands.FindStoreAsync(context, _options.Store(arguments), cancellationToken),
            Connections = _options.Connections(arguments) ?? 4,
        };
        await context.Get<ProfileBook>().AddAsync(profile, accounts, Environment.UserName, cancellationToken);

        context.Line($"Profile \"{name}\" is added, {Numbers.Count(accounts.Count, "mailbox", "mailboxes")}. Run it: archivejobs run RunProfile --name={Quoted(name)}");
        foreach (var warning in ProfileCommands.StandingWarnings(kind, settings))
        {
            context.Output.Error("Warning: " + warning);
        }

        context.Output.Json(CommandJson.Write(ProfileListCommand.ToJson(await context.Get<ProfileBook>().GetAsync(name, cancellationToken))));
        return ExitCodes.Good;
    }

    private List<Account> ReadAccounts(string name, string kind, ProfileSettings settings, ParseResult arguments, CommandContext context)
    {
        var user = _options.User(arguments);
        var file = _options.MailboxesFile(arguments);
        if (kind is not ("imap" or "pop3"))
        {
            var owner = _options.Mailbox(arguments) ?? name;
            return settings.Tree ? ProfileCommands.ReadTree(settings.Path) : [new Account(owner, null, null, owner)];
        }

        if (file is not null)
        {
            return user is null ? ProfileCommands.ReadMailboxes(context, file) : throw CommandException.Usage("Give either --mailboxes or --user, not both.");
        }

        if (user is null)
        {
            return [];
        }

        var password = _options.Password(arguments, context) ?? throw CommandException.Usage("--password-file is missing: passwords are read from a file only.");
        return [new Account(user, password, null, _options.Mailbox(arguments) ?? user)];
    }

    private static string Quoted(string name) => name.Any(char.IsWhiteSpace) ? $"'{name}'" : name;
}

internal sealed class ProfileListCommand : CliCommand
{
    public ProfileListCommand()
        : base("list", "Lists archive profiles.", "archivejobs profile list --json")
    {
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var zone = context.Get<TimeProvider>().LocalTimeZone;
        var entries = await context.Get<ProfileBook>().ListAsync(cancellationToken);
        foreach (var entry in entries)
        {
            var profile = entry.Profile;
            var settings = profile.Settings;
            var where = profile.SourceKind is "imap" or "pop3" ? $"{settings.Host}:{settings.Port}" : settings.Path;
            var count = Numbers.Count(entry.Mailboxes.Count, "mailbox", "mailboxes");
            var last = profile.LastGoodRunAt is { } at ? $"last good run {profile.LastGoodRunId}, {Numbers.Instant(at, zone)[..16]}" : "never worked yet";
            context.Line($"{Printable.PadRight(profile.Name, 20)}  {profile.SourceKind,-8}  {where}  {count}, {last}");
            foreach (var warning in ProfileCommands.StandingWarnings(profile.SourceKind, settings))
            {
                context.Line("    Warning: " + warning);
            }
        }

        if (entries.Count == 0)
        {
            context.Line("No profile yet. Add one: archivejobs profile add NAME --source …");
        }

        context.Output.Json(CommandJson.Write(new JsonObject { ["profiles"] = CommandJson.Array(entries.Select(ToJson)) }));
        return ExitCodes.Good;
    }

    internal static JsonObject ToJson(ProfileEntry entry)
    {
        var profile = entry.Profile;
        var settings = profile.Settings;
        return new JsonObject
        {
            ["id"] = profile.Id,
            ["name"] = profile.Name,
            ["source"] = profile.SourceKind,
            ["host"] = settings.Host,
            ["port"] = settings.Port,
            ["security"] = settings.Security.ToString().ToLowerInvariant(),
            ["ignoreCertificate"] = settings.IgnoreCertificate,
            ["hasCaFile"] = settings.TrustedCertificates is not null,
            ["path"] = settings.Path,
            ["tree"] = settings.Tree,
            ["include"] = CommandJson.Array(settings.Include.Select(pattern => (JsonNode)pattern)),
            ["exclude"] = CommandJson.Array(settings.Exclude.Select(pattern => (JsonNode)pattern)),
            ["store"] = profile.StoreId,
            ["connections"] = profile.Connections,
            ["lastGoodRun"] = profile.LastGoodRunId,
            ["lastGoodRunUtc"] = profile.LastGoodRunAt is { } at ? Numbers.Utc(at) : null,
            ["mailboxes"] = CommandJson.Array(entry.Mailboxes.Select(mailbox => new JsonObject
            {
                ["user"] = mailbox.LoginName,
                ["address"] = mailbox.Address,
                ["archiveUser"] = entry.Users.GetValueOrDefault(mailbox.UserId),
                ["refusedSinceUtc"] = mailbox.CircuitOpenSince is { } since ? Numbers.Utc(since) : null,
            })),
            ["warnings"] = CommandJson.Array(ProfileCommands.StandingWarnings(profile.SourceKind, settings).Select(warning => (JsonNode)warning)),
        };
    }
}

internal sealed class ProfileSetCommand : CliCommand
{
    private readonly Argument<string> _name = ProfileCommands.NameArgument();
    private readonly ProfileOptions _options = new();

    public ProfileSetCommand()
        : base(
            "set", "Changes a profile; what is not given stays as it is.",
            "archivejobs profile set Tokyo --password-file pw.txt",
            "archivejobs profile set Tokyo --ca-file company-ca.pem",
            "archivejobs profile set Osaka --mailboxes osaka.csv")
    {
        Add(_name);
        _options.AddTo(this);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var book = context.Get<ProfileBook>();
        var entry = await book.GetAsync(arguments.GetRequiredValue(_name), cancellationToken);
        var kind = _options.Source(arguments) ?? entry.Profile.SourceKind;
        var settings = _options.Apply(entry.Profile.Settings, kind, arguments, context);
        var accounts = ReadAccounts(entry, settings, arguments, context);
        ProfileOptions.Check(kind, settings, accounts?.Count ?? entry.Mailboxes.Count);
        ProfileCommands.CheckPatterns(context, kind, settings);
        var store = await ProfileCommands.FindStoreAsync(context, _options.Store(arguments), cancellationToken);
        await book.ChangeAsync(
            entry.Profile.Id,
            profile =>
            {
                profile.SourceKind = kind;
                profile.Settings = settings;
                profile.StoreId = store ?? profile.StoreId;
                profile.Connections = _options.Connections(arguments) ?? profile.Connections;
            },
            accounts, Environment.UserName, cancellationToken);

        context.Line($"Profile \"{entry.Profile.Name}\" is changed.");
        foreach (var run in await ReleaseAsync(context.Get<IRunService>(), entry.Profile.Name, Environment.UserName, cancellationToken))
        {
            context.Line($"run {run} goes on{(context.Services.IsHost ? "" : " when it is run again or a host is started")}.");
        }

        context.Output.Json(CommandJson.Write(ProfileListCommand.ToJson(await book.GetAsync(entry.Profile.Name, cancellationToken))));
        return ExitCodes.Good;
    }

    /// <summary>Null when the accounts stay as they are.</summary>
    private List<Account>? ReadAccounts(ProfileEntry entry, ProfileSettings settings, ParseResult arguments, CommandContext context)
    {
        if (_options.MailboxesFile(arguments) is { } file)
        {
            return ProfileCommands.ReadMailboxes(context, file);
        }

        if (settings.Tree)
        {
            return ProfileCommands.ReadTree(settings.Path);
        }

        var user = _options.User(arguments);
        var owner = _options.Mailbox(arguments);
        var password = _options.Password(arguments, context);
        if (user is null && owner is null && password is null)
        {
            return null;
        }

        if (user is null && entry.Mailboxes.Count != 1)
        {
            throw CommandException.Usage($"Profile \"{entry.Profile.Name}\" has {Numbers.Count(entry.Mailboxes.Count, "mailbox", "mailboxes")}: say which one, --user U.");
        }

        // With one account, --user renames it; with several, --user says which one is meant.
        var accounts = entry.Mailboxes.Select(mailbox => new Account(mailbox.LoginName, null, mailbox.Address, entry.Users[mailbox.UserId])).ToList();
        var at = accounts.Count == 1 ? 0 : accounts.FindIndex(account => account.Login == user);
        if (at < 0)
        {
            throw CommandException.Usage($"Profile \"{entry.Profile.Name}\" has no mailbox of user {user}.");
        }

        if (password is null && user is not null && user != accounts[at].Login)
        {
            throw CommandException.Usage("A new user needs its password: --password-file FILE.");
        }

        accounts[at] = accounts[at] with { Login = user ?? accounts[at].Login, Password = password, User = owner ?? accounts[at].User };
        return accounts;
    }

    /// <summary>Runs of this profile that wait for a person go on as soon as it is saved.</summary>
    /// <returns>Their numbers.</returns>
    internal static async Task<IReadOnlyList<long>> ReleaseAsync(IRunService runs, string profile, string by, CancellationToken cancellationToken)
    {
        var released = new List<long>();
        var waiting = await runs.ListAsync(new RunFilter { Kind = "RunProfile", State = RunState.Waiting }, null, 500, cancellationToken);
        foreach (var run in waiting.Where(run => run.Reason is RunReason.Authentication or RunReason.Person).Select(ShownRun.Of))
        {
            if (run.Arguments["name"]?.ToString() == profile && await runs.RetryAsync(run.Id, by, cancellationToken) is not null)
            {
                released.Add(run.Id);
            }
        }

        return released;
    }
}

internal sealed class ProfileRemoveCommand : CliCommand
{
    private readonly Argument<string> _name = ProfileCommands.NameArgument();

    public ProfileRemoveCommand()
        : base("remove", "Removes a profile; what it has archived stays.", "archivejobs profile remove Tokyo")
    {
        Add(_name);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var book = context.Get<ProfileBook>();
        var entry = await book.GetAsync(arguments.GetRequiredValue(_name), cancellationToken);
        await book.RemoveAsync(entry.Profile.Id, Environment.UserName, cancellationToken);
        context.Line($"Profile \"{entry.Profile.Name}\" is removed. What it has archived stays.");
        context.Output.Json(CommandJson.Write(new JsonObject { ["id"] = entry.Profile.Id, ["removed"] = true }));
        return ExitCodes.Good;
    }
}
