using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ArchiveJobs.Core.Situations;

/// <summary>A situation as one JSON object: <c>{"key":"host.refused","class":"TransientNetwork","values":{"host":"…"},"words":"…"}</c>.</summary>
public static class SituationJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Situation situation)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            writer.WriteString("key", situation.Key);
            writer.WriteString("class", situation.Class.ToString());
            writer.WriteStartObject("values");
            foreach (var (name, value) in situation.Values)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
            if (situation.ServerWords is { } words)
            {
                writer.WriteString("words", words);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <returns>The situation; a class that this version does not know is Unknown.</returns>
    /// <exception cref="JsonException">Not written by <see cref="Write"/>.</exception>
    public static Situation Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("key", out var key) || key.GetString() is not { } name)
        {
            throw new JsonException("A situation is an object with a key.");
        }

        var known = root.TryGetProperty("class", out var text) && Enum.TryParse<ErrorClass>(text.GetString(), out var parsed) ? parsed : ErrorClass.Unknown;
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>();
        if (root.TryGetProperty("values", out var all))
        {
            foreach (var value in all.EnumerateObject())
            {
                values[value.Name] = value.Value.GetString() ?? "";
            }
        }

        return new Situation(name, known)
        {
            Values = values.ToImmutable(),
            ServerWords = root.TryGetProperty("words", out var words) ? words.GetString() : null,
        };
    }
}
