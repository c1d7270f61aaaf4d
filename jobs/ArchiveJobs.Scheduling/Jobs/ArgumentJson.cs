using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ArchiveJobs.Scheduling.Jobs;

/// <summary>How arguments are written to the ledger and read from it.</summary>
internal static class ArgumentJson
{
    /// <summary>For what is asked now: a misspelled or missing property is an error.</summary>
    public static readonly JsonSerializerOptions Strict = Make(JsonUnmappedMemberHandling.Disallow);

    /// <summary>For what lies in the ledger: a newer version may have written more.</summary>
    public static readonly JsonSerializerOptions Stored = Make(JsonUnmappedMemberHandling.Skip);

    private static JsonSerializerOptions Make(JsonUnmappedMemberHandling unmapped) => new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = unmapped,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = unmapped == JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // Read by people in "runs show"; never put into HTML unescaped.
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
