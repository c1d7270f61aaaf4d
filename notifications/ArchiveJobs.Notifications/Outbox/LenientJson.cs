using System.Text.Json;

namespace ArchiveJobs.Notifications.Outbox;

/// <summary>
/// Reads single values of JSON that other rooms and other versions have written. What is not there or not as expected is null: a run must be able to end whatever it has written.
/// </summary>
internal static class LenientJson
{
    public static long? Number(string? json, params ReadOnlySpan<string> path) =>
        Find(json, path) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number) ? number : null;

    public static string? Text(string? json, params ReadOnlySpan<string> path) =>
        Find(json, path) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static JsonElement? Find(string? json, ReadOnlySpan<string> path)
    {
        if (json is null)
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            var at = document.RootElement;
            foreach (var name in path)
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                {
                    return null;
                }
            }

            return at.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
