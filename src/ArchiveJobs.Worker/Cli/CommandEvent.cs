using System.Text.Json.Serialization;

namespace ArchiveJobs.Worker.Cli;

/// <summary>What a caller sends to the host: one command line and where it was given.</summary>
internal sealed record CommandRequest(IReadOnlyList<string> Arguments, string Directory, IReadOnlyDictionary<string, byte[]> Files);

/// <summary>One line of the host's answer (NDJSON); exactly one member is set. The last line has <see cref="Exit"/>.</summary>
internal sealed record CommandEvent
{
    public string? Line { get; init; }

    public string? Error { get; init; }

    public string? Json { get; init; }

    public byte[]? Octets { get; init; }

    public ProgressStep? Progress { get; init; }

    public bool? EndProgress { get; init; }

    public int? Exit { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CommandRequest))]
[JsonSerializable(typeof(CommandEvent))]
[JsonSerializable(typeof(HostAddress))]
internal sealed partial class WireJson : JsonSerializerContext;
