using System.Globalization;
using System.Text.Json.Nodes;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master.Paths;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>A path that a page sends lies below an allowed root, unless it is the one that is kept already: then somebody at the machine itself has named it.</summary>
internal sealed class PathGate(PathRules rules, TimeProvider time)
{
    /// <summary>Names of the arguments of job kinds that are paths.</summary>
    private static readonly string[] Names = ["path", "directory"];

    public IReadOnlyList<string> Roots => rules.Roots;

    /// <param name="present">The one that is kept; null for none.</param>
    /// <returns>The path to use, or why not, in the language of the reader.</returns>
    public (string Path, string? Problem) Check(string path, string? present = null)
    {
        try
        {
            return (path == present ? path : rules.Check(path), null);
        }
        catch (ArchiveException e)
        {
            var (culture, now) = (CultureInfo.CurrentUICulture, time.GetUtcNow());
            return (path, $"{SituationText.What(e.Situation, culture, time.LocalTimeZone, now)} {SituationText.ToDo(e.Situation, culture, time.LocalTimeZone, now)}");
        }
    }

    /// <summary>The same for the paths among the arguments of a job.</summary>
    /// <param name="json">One JSON object.</param>
    public (string Json, string? Problem) CheckArguments(string json, string? present)
    {
        if (JsonNode.Parse(json) is not JsonObject arguments)
        {
            return (json, null);
        }

        var kept = present is null ? null : JsonNode.Parse(present) as JsonObject;
        foreach (var name in Names.Where(arguments.ContainsKey))
        {
            var (path, problem) = Check(arguments[name]?.ToString() ?? "", kept?[name]?.ToString());
            if (problem is not null)
            {
                return (json, problem);
            }

            arguments[name] = path;
        }

        return (arguments.ToJsonString(), null);
    }
}
