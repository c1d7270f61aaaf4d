using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ArchiveJobs.Worker.Commands;

/// <summary>JSON documents of the commands: indented, names and Japanese as they are.</summary>
internal static class CommandJson
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(JsonNode document) => document.ToJsonString(Options);

    public static JsonArray Array(IEnumerable<JsonNode> items) => new([.. items]);
}
