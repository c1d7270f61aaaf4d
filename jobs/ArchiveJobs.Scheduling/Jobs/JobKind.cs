using ArchiveJobs.Master;

namespace ArchiveJobs.Scheduling.Jobs;

/// <summary>One registered kind of operation, without its types: what the executor and the command line see.</summary>
public abstract class JobKind
{
    private protected JobKind()
    {
    }

    public abstract string Name { get; }

    public abstract StoreNeed StoreNeed { get; }

    public abstract WorkClass WorkClass { get; }

    /// <summary>What can be said on the command line, in the order of declaration.</summary>
    public abstract IReadOnlyList<JobArgument> Arguments { get; }

    /// <summary>Arguments from <c>--name=value</c> words, as the JSON that is queued.</summary>
    /// <param name="options">Names without the dashes, in any of the spellings storeId, StoreId, store-id; null values for bare <c>--name</c> (true).
    /// A name given several times is a list.</param>
    /// <exception cref="JobArgumentsException">Unknown, missing or unreadable arguments, all named together.</exception>
    public abstract string ParseOptions(IEnumerable<KeyValuePair<string, string?>> options);

    /// <summary>The same arguments in the one form that is stored and compared.</summary>
    /// <exception cref="JobArgumentsException">Not arguments of this kind.</exception>
    internal abstract string Normalize(string argumentsJson);

    internal abstract Task<int?> FindStoreAsync(IServiceProvider services, string argumentsJson, CancellationToken cancellationToken);

    /// <summary>Null when the job leaves the answer to the ledger.</summary>
    internal abstract Task<bool?> HasEverWorkedAsync(IServiceProvider services, string argumentsJson, CancellationToken cancellationToken);

    internal abstract Task<JobResult> RunAsync(IServiceProvider services, string argumentsJson, RunContext context, CancellationToken cancellationToken);

    internal LeaseMode LeaseMode => StoreNeed switch
    {
        StoreNeed.Shared => LeaseMode.Shared,
        StoreNeed.Exclusive => LeaseMode.Exclusive,
        _ => LeaseMode.None,
    };
}

/// <param name="Name">As on the command line, for example store-id.</param>
/// <param name="Type">For people: text, number, true/false, date, duration, list, or the words of an enumeration joined by '|'.</param>
public sealed record JobArgument(string Name, string Type, bool IsRequired);
