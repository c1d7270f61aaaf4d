using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Jobs;

/// <summary>Ties the types of a kind to <see cref="JobKind"/>.</summary>
internal sealed class TypedJobKind<TJob, TArguments>(WorkClass workClass) : JobKind
    where TJob : class, IJob<TArguments>
    where TArguments : class
{
    private readonly Lazy<ArgumentParser> _parser = new(() => new ArgumentParser(TJob.Kind, typeof(TArguments)));

    public override string Name => TJob.Kind;

    public override StoreNeed StoreNeed => TJob.StoreNeed;

    public override WorkClass WorkClass => workClass;

    public override IReadOnlyList<JobArgument> Arguments => _parser.Value.Describe();

    public override string ParseOptions(IEnumerable<KeyValuePair<string, string?>> options) => Normalize(_parser.Value.ToJson(options));

    internal override string Normalize(string argumentsJson)
    {
        try
        {
            return JsonSerializer.Serialize(Read(argumentsJson, ArgumentJson.Strict), ArgumentJson.Strict);
        }
        catch (JsonException e)
        {
            throw new JobArgumentsException($"{Name}: the arguments do not fit: {e.Message}", e);
        }
    }

    internal override Task<int?> FindStoreAsync(IServiceProvider services, string argumentsJson, CancellationToken cancellationToken) =>
        StoreNeed == StoreNeed.None
            ? Task.FromResult<int?>(null)
            : services.GetRequiredService<TJob>().FindStoreAsync(Read(argumentsJson, ArgumentJson.Stored), cancellationToken);

    internal override async Task<bool?> HasEverWorkedAsync(IServiceProvider services, string argumentsJson, CancellationToken cancellationToken) =>
        services.GetRequiredService<TJob>() is IRemembersSuccess<TArguments> memory
            ? await memory.HasEverWorkedAsync(Read(argumentsJson, ArgumentJson.Stored), cancellationToken)
            : null;

    internal override Task<JobResult> RunAsync(
        IServiceProvider services, string argumentsJson, RunContext context, CancellationToken cancellationToken) =>
        services.GetRequiredService<TJob>().RunAsync(Read(argumentsJson, ArgumentJson.Stored), context, cancellationToken);

    private static TArguments Read(string argumentsJson, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize<TArguments>(argumentsJson, options) ?? throw new JsonException("The arguments are null.");
}
