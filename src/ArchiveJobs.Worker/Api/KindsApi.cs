using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Scheduling.Jobs;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Api;

/// <summary>The job kinds of this version, and which of them may be asked for here.</summary>
internal static class KindsApi
{
    public static void MapKinds(this IEndpointRouteBuilder api) =>
        api.MapGet("/kinds", List).For(ApiRight.Read).Tells("listKinds", "The job kinds with their arguments.");

    private static IResult List(JobRegistry registry) => ApiJson.Answer(new JsonObject
    {
        ["kinds"] = CommandJson.Array(registry.Kinds.Where(AskedFor.IsOffered).Select(kind => new JsonObject
        {
            ["name"] = kind.Name,
            ["store"] = kind.StoreNeed.ToString().ToLowerInvariant(),
            ["scope"] = AskedFor.ScopeOf(kind).ToString().ToLowerInvariant(),
            ["arguments"] = CommandJson.Array(kind.Arguments.Select(argument => new JsonObject
            {
                ["name"] = argument.Name, ["type"] = argument.Type, ["required"] = argument.IsRequired,
            })),
        })),
    });
}

/// <summary>What may be asked for over HTTP, in runs and in schedules.</summary>
internal static class AskedFor
{
    /// <summary>Arguments of job kinds that name a file or folder of this machine.</summary>
    private static readonly string[] PathNames = ["path", "directory"];

    /// <summary>Restoring begins before there is an installation, so it is a command only (docs/adr/0051).</summary>
    public static bool IsOffered(JobKind kind) => kind.Name != "RestoreBackup";

    public static TokenScope ScopeOf(JobKind kind) => kind.Arguments.Any(argument => IsPath(argument.Name)) ? TokenScope.Admin : TokenScope.Operate;

    /// <summary>The kind, and its arguments with every path checked and resolved.</summary>
    /// <exception cref="ApiException">No such kind, or this token may not ask for it.</exception>
    /// <exception cref="Core.ArchiveException">A path lies outside the allowed roots.</exception>
    public static (string Kind, string ArgumentsJson) Check(HttpContext http, string kindName, JsonObject? arguments)
    {
        var kind = http.RequestServices.GetRequiredService<JobRegistry>().Get(kindName);
        if (!IsOffered(kind))
        {
            throw ApiException.Refused($"{kind.Name} is a command only: archivejobs restore-backup.");
        }

        if (ApiCaller.ScopeOf(http.User) < ScopeOf(kind))
        {
            throw new ApiException(StatusCodes.Status403Forbidden, ApiProblem.Of(Core.Situations.SituationKeys.ApiScope).With("name", http.TokenName()).With("kind", "admin"));
        }

        var paths = http.RequestServices.GetRequiredService<Master.Paths.PathRules>();
        var checkedArguments = new JsonObject();
        foreach (var (name, value) in arguments ?? [])
        {
            // Whatever is no text there is refused by the kind itself.
            checkedArguments[name] = IsPath(name) && value is JsonValue text && text.TryGetValue<string>(out var path) ? paths.Check(path) : value?.DeepClone();
        }

        return (kind.Name, checkedArguments.ToJsonString());
    }

    private static bool IsPath(string name) => PathNames.Contains(name, StringComparer.OrdinalIgnoreCase);
}
