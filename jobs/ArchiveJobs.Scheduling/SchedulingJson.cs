using System.Text.Json.Serialization;
using ArchiveJobs.Scheduling.Runs;

namespace ArchiveJobs.Scheduling;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunProgress))]
internal sealed partial class SchedulingJson : JsonSerializerContext;
