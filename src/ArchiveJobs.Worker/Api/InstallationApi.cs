using System.Text.Json.Nodes;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Commands;
using ArchiveJobs.Worker.Hosting;

namespace ArchiveJobs.Worker.Api;

/// <summary>What answers here, and how it is.</summary>
internal static class InstallationApi
{
    public static void MapInstallation(this IEndpointRouteBuilder api, HostState host)
    {
        api.MapGet("/installation", (Delegate)(IResult (HttpContext http) => Describe(http, host))).For(ApiRight.Read).Tells("getInstallation", "Version, and what this token may do.");
        api.MapGet("/health", (Delegate)(Task<IResult> (HttpContext http) => ExamineAsync(http, host))).For(ApiRight.Read).Tells("getHealth", "What doctor finds.");
    }

    private static IResult Describe(HttpContext http, HostState host) => ApiJson.Answer(new JsonObject
    {
        ["version"] = typeof(InstallationApi).Assembly.GetName().Version?.ToString(3),
        ["ready"] = host.IsReady,
        ["token"] = new JsonObject
        {
            ["name"] = http.TokenName(),
            ["scope"] = ApiCaller.ScopeOf(http.User)?.ToString().ToLowerInvariant(),
            ["readsMail"] = http.User.HasClaim(claim => claim.Type == ApiCaller.MailClaim),
        },
    });

    private static async Task<IResult> ExamineAsync(HttpContext http, HostState host)
    {
        var context = new CommandContext(new EventOutput(host.Time), new Caller(host.Data.Root, new Dictionary<string, byte[]>()), true, host.Data, new HostServices(http.RequestServices));
        return ApiJson.Answer(DoctorCommand.ToJson(await new Examination(context).RunAsync(http.RequestAborted)));
    }
}
