using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Tokens;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Keys of programs to the REST API.</summary>
internal static class TokenCommands
{
    public static Command Create() => new("token", "Makes, lists and revokes tokens of the REST API.") { new TokenCreateCommand(), new TokenListCommand(), new TokenRevokeCommand() };

    /// <exception cref="CommandException">Not one of the three.</exception>
    internal static TokenScope ReadScope(string word) => word.ToLowerInvariant() switch
    {
        "read" => TokenScope.Read,
        "operate" => TokenScope.Operate,
        "admin" => TokenScope.Admin,
        _ => throw CommandException.Usage($"The scope {word} is not known: read, operate or admin."),
    };

    internal static string StateOf(ApiToken token, DateTimeOffset now) => token.RevokedAt is not null ? "revoked" : token.ExpiresAt <= now ? "expired" : "good";

    internal static JsonObject ToJson(ApiToken token, DateTimeOffset now) => new()
    {
        ["id"] = token.Id,
        ["name"] = token.Name,
        ["scope"] = token.Scope.ToString().ToLowerInvariant(),
        ["readsMail"] = token.MayReadMail,
        ["state"] = StateOf(token, now),
        ["begins"] = TokenText.Prefix + token.PublicId,
        ["createdUtc"] = Numbers.Utc(token.CreatedAt),
        ["createdBy"] = token.CreatedBy,
        ["expiresUtc"] = Numbers.Utc(token.ExpiresAt),
        ["lastUsedUtc"] = token.LastUsedAt is { } used ? Numbers.Utc(used) : null,
        ["revokedUtc"] = token.RevokedAt is { } revoked ? Numbers.Utc(revoked) : null,
        ["revokedBy"] = token.RevokedBy,
    };
}

internal sealed class TokenCreateCommand : CliCommand
{
    private readonly Option<string> _name = new("--name") { Description = "For people and the audit trail; unique.", HelpName = "N", Required = true };
    private readonly Option<string> _scope = new("--scope")
    {
        Description = "read: lists, details, audit trail. operate: also starts, cancels and retries runs, pauses schedules. admin: everything.", HelpName = "read|operate|admin", Required = true,
    };

    private readonly Option<bool> _readMail = new("--read-mail") { Description = "Also search and read mail. admin may anyway." };
    private readonly Option<string?> _expires = new("--expires") { Description = "How long it holds, 1d to 3653d. Default: 365d.", HelpName = "TIME" };

    public TokenCreateCommand()
        : base(
            "create", "Makes a token and prints it, once.",
            "archivejobs token create --name monitoring --scope read",
            "archivejobs token create --name nightly --scope operate --expires 90d",
            "archivejobs token create --name e-discovery --scope read --read-mail")
    {
        Add(_name);
        Add(_scope);
        Add(_readMail);
        Add(_expires);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var order = new TokenOrder(
            arguments.GetRequiredValue(_name), TokenCommands.ReadScope(arguments.GetRequiredValue(_scope)), arguments.GetValue(_readMail),
            ScheduleOptions.Span(arguments.GetValue(_expires), "--expires") ?? TokenOrder.UsualLifetime);
        try
        {
            var (token, text) = await context.Get<TokenBook>().CreateAsync(order, Environment.UserName, cancellationToken);
            context.Line($"Token {token.Id} \"{token.Name}\" is made, scope {token.Scope.ToString().ToLowerInvariant()}, until {Numbers.Instant(token.ExpiresAt, context.Get<TimeProvider>().LocalTimeZone)}. It is shown here only:");
            if (!context.IsJson)
            {
                context.Line(text.Reveal());   // With --json it stands in the answer, and not among what goes to logs.
            }

            var json = TokenCommands.ToJson(token, context.Get<TimeProvider>().GetUtcNow());
            json["token"] = text.Reveal();
            context.Output.Json(CommandJson.Write(json));
            return ExitCodes.Good;
        }
        catch (TokenException e)
        {
            throw CommandException.Usage(e.Message);
        }
    }
}

internal sealed class TokenListCommand : CliCommand
{
    public TokenListCommand()
        : base("list", "Lists tokens, without their secrets.", "archivejobs token list --json")
    {
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var time = context.Get<TimeProvider>();
        var tokens = await context.Get<TokenBook>().ListAsync(cancellationToken);
        foreach (var token in tokens)
        {
            var used = token.LastUsedAt is { } at ? $"last used {Numbers.Instant(at, time.LocalTimeZone)[..16]}" : "never used";
            var mail = token.MayReadMail ? ", reads mail" : "";
            context.Line(
                $"{token.Id,4}  {TokenCommands.StateOf(token, time.GetUtcNow()),-7}  {Printable.PadRight(token.Name, 20)}  {token.Scope.ToString().ToLowerInvariant(),-7}  "
                + $"{TokenText.Prefix}{token.PublicId}…  until {Numbers.Instant(token.ExpiresAt, time.LocalTimeZone)[..10]}, {used}{mail}");
        }

        if (tokens.Count == 0)
        {
            context.Line("No token yet. Make one: archivejobs token create --name NAME --scope read");
        }

        context.Output.Json(CommandJson.Write(new JsonObject { ["tokens"] = CommandJson.Array(tokens.Select(token => TokenCommands.ToJson(token, time.GetUtcNow()))) }));
        return ExitCodes.Good;
    }
}

internal sealed class TokenRevokeCommand : CliCommand
{
    private readonly Argument<string> _token = new("TOKEN") { Description = "Its number or its name." };

    public TokenRevokeCommand()
        : base("revoke", "Revokes a token at once.", "archivejobs token revoke nightly")
    {
        Add(_token);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var given = arguments.GetRequiredValue(_token);
        var token = await context.Get<TokenBook>().RevokeAsync(given, Environment.UserName, cancellationToken)
            ?? throw CommandException.Usage($"There is no token \"{given}\". See: archivejobs token list");
        context.Line(string.Create(CultureInfo.InvariantCulture, $"Token {token.Id} \"{token.Name}\" is revoked."));
        context.Output.Json(CommandJson.Write(TokenCommands.ToJson(token, context.Get<TimeProvider>().GetUtcNow())));
        return ExitCodes.Good;
    }
}
