using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>The key of the installation and the recovery code that opens its backups.</summary>
internal static class KeyCommands
{
    public static Command Create() => new("key", "Makes and confirms the recovery code, which opens backups on another machine.") { new RecoveryCodeCommand(), new KeyConfirmCommand() };

    /// <summary>Null when the code was made and read back.</summary>
    public static string? StandingWarning(IRecoveryCodes codes) => codes.Read() switch
    {
        null => "none yet: without one no backup can be made. Make one: archivejobs key recovery-code",
        { ConfirmedAt: null, CreatedAt: var since } =>
            $"not confirmed since {Numbers.Instant(since, TimeZoneInfo.Local)}. Store it elsewhere, then: archivejobs key confirm",
        _ => null,
    };
}

/// <summary>Prints a new code. It is written nowhere else: not into the ledger, not into a log.</summary>
internal sealed class RecoveryCodeCommand : CliCommand
{
    public RecoveryCodeCommand()
        : base("recovery-code", "Makes a new recovery code and prints it, once. The former one opens only the backups made until now.", "archivejobs key recovery-code")
    {
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var codes = context.Get<IRecoveryCodes>();
        if (codes.Read() is not null)
        {
            context.Line("The former recovery code has ended: it opens only the backups made until now.");
        }

        var code = await RenewAsync(context);
        context.Line("This is the recovery code of this installation. It is shown only now.");
        context.Line("Without it, no backup can be opened on another machine, by anyone. Print it or put it into a password safe, not on this machine; then run: archivejobs key confirm");
        context.Line(code);
        context.Output.Json(CommandJson.Write(new JsonObject { ["recoveryCode"] = code, ["createdUtc"] = Numbers.Utc(codes.Read()!.CreatedAt) }));
        return ExitCodes.Good;
    }

    /// <summary>Makes a code and tells the audit trail that there is one.</summary>
    internal static async Task<string> RenewAsync(CommandContext context)
    {
        var codes = context.Get<IRecoveryCodes>();
        var isFirst = codes.Read() is null;
        var code = codes.Renew();
        var entry = new AuditEntry(AuditActions.RecoveryCodeAdd, Environment.UserName) { Details = new JsonObject { ["first"] = isFirst } };
        await context.Get<IAuditTrail>().WriteAsync(entry, CancellationToken.None);
        return code;
    }
}

internal sealed class KeyConfirmCommand : CliCommand
{
    private readonly CallerFileOption _file = new("--recovery-code-file", "A file that holds the code; - is standard input.") { DefaultValueFactory = _ => CallerInput.Name };

    public KeyConfirmCommand()
        : base("confirm", "Reads the recovery code back, so that it is known to be kept.", "archivejobs key confirm", "archivejobs key confirm --recovery-code-file /media/stick/code.txt")
    {
        Add(_file);
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var codes = context.Get<IRecoveryCodes>();
        if (codes.Read() is null)
        {
            throw CommandException.Usage("There is no recovery code yet. Make one: archivejobs key recovery-code");
        }

        var typed = Encoding.UTF8.GetString(context.Caller.ReadFile(arguments.GetValue(_file)!)).Trim();
        if (!await ConfirmAsync(context, typed))
        {
            throw new CommandException(ExitCodes.Failed, "This is not the recovery code of this installation, or it is mistyped. If it is lost, make a new one: archivejobs key recovery-code");
        }

        var state = codes.Read()!;
        context.Line("The recovery code is confirmed. Keep it where a fire or theft that takes this machine does not take it too.");
        context.Output.Json(CommandJson.Write(new JsonObject { ["confirmedUtc"] = Numbers.Utc(state.ConfirmedAt!.Value) }));
        return ExitCodes.Good;
    }

    /// <returns>Whether it is the code; the audit trail is told either way.</returns>
    internal static async Task<bool> ConfirmAsync(CommandContext context, string typed)
    {
        var fits = context.Get<IRecoveryCodes>().Confirm(typed);
        var entry = new AuditEntry(AuditActions.RecoveryCodeConfirm, Environment.UserName);
        entry = fits ? entry : entry with { Result = AuditResult.Failure, Level = AuditLevel.Warning };
        await context.Get<IAuditTrail>().WriteAsync(entry, CancellationToken.None);
        return fits;
    }
}
