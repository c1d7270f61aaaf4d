using System.CommandLine;
using System.Text.Json.Nodes;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

internal sealed class DoctorCommand : CliCommand
{
    public DoctorCommand()
        : base("doctor", "Looks at the installation and says what is wrong and what to do.", "archivejobs doctor", "archivejobs doctor --json")
    {
    }

    public override async Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var findings = await new Examination(context).RunAsync(cancellationToken);
        foreach (var finding in findings)
        {
            context.Line($"{finding.Level,-5} {finding.Subject,-17} {finding.Text}");
        }

        int Count(string level) => findings.Count(finding => finding.Level == level);
        context.Line($"{findings.Count - Count("note")} checks: {Count("ok")} ok, {Numbers.Count(Count("warn"), "warning", "warnings")}, {Numbers.Count(Count("fail"), "failure", "failures")}");
        context.Output.Json(CommandJson.Write(ToJson(findings)));
        return Count("fail") == 0 ? ExitCodes.Good : ExitCodes.Failed;
    }

    internal static JsonObject ToJson(IReadOnlyList<Finding> findings) => new()
    {
        ["ok"] = findings.All(finding => finding.Level != "fail"),
        ["findings"] = CommandJson.Array(findings.Select(finding => new JsonObject { ["level"] = finding.Level, ["subject"] = finding.Subject, ["text"] = finding.Text })),
    };
}
