using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Api;

/// <summary>Bodies of requests and answers.</summary>
internal static class ApiJson
{
    /// <summary>A misspelled property is an error, not silence.</summary>
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IResult Answer(JsonNode document, int status = StatusCodes.Status200OK) =>
        Results.Text(CommandJson.Write(document), MediaTypeNames.Application.Json, System.Text.Encoding.UTF8, status);

    /// <summary>201 with where it is to be found.</summary>
    public static IResult Created(HttpContext http, string path, JsonNode document)
    {
        http.Response.Headers.Location = path;
        return Answer(document, StatusCodes.Status201Created);
    }

    /// <summary>One page of a list; <c>next</c> is the value for ?after= of the next page, null at the end.</summary>
    public static IResult Page(string name, IEnumerable<JsonNode> items, long? next) => Answer(new JsonObject { [name] = CommandJson.Array(items), ["next"] = next });

    /// <exception cref="ApiException">No JSON object of this shape.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext http)
        where T : class
    {
        if (!http.Request.HasJsonContentType())
        {
            throw ApiException.Refused("The body must be application/json.", StatusCodes.Status415UnsupportedMediaType);
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Request.Body, Strict, http.RequestAborted) ?? throw ApiException.Refused("The body is null; a JSON object is needed.");
        }
        catch (JsonException e)
        {
            throw ApiException.Refused($"The body does not fit: {e.Message}");
        }
    }

    /// <summary>1 to the largest page, 50 when none is asked for.</summary>
    public static int Limit(int? asked, int largest = 500) => asked is null ? 50
        : asked >= 1 && asked <= largest ? asked.Value
        : throw ApiException.Refused($"limit is 1 to {largest}.");
}
