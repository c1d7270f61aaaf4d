namespace ArchiveJobs.Scheduling.Jobs;

/// <summary>One kind of operation. Registered by <c>AddJob&lt;TJob, TArguments&gt;()</c>; made anew for every attempt by the service provider.</summary>
/// <typeparam name="TArguments">Small and plain, stored as JSON in the ledger. Adding a property is allowed, renaming or reusing is not.</typeparam>
public interface IJob<TArguments>
    where TArguments : class
{
    /// <summary>Name of the kind in the ledger, the CLI and the API, for example RunProfile. Never changes.</summary>
    static abstract string Kind { get; }

    /// <summary>How this kind uses its store.</summary>
    static abstract StoreNeed StoreNeed { get; }

    /// <summary>The store of these arguments, null when the kind needs none. Asked when the run is queued and again when it starts.</summary>
    Task<int?> FindStoreAsync(TArguments arguments, CancellationToken cancellationToken);

    /// <summary>Does the work. May run twice; the second run finds nothing left to do.</summary>
    /// <returns>How it ended, when it came to its end.</returns>
    /// <exception cref="Core.ArchiveException">It could not go on; the class of the situation decides what happens next.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    Task<JobResult> RunAsync(TArguments arguments, RunContext context, CancellationToken cancellationToken);
}

public enum StoreNeed
{
    None,

    /// <summary>Many runs at once write and read through the one writer.</summary>
    Shared,

    /// <summary>Nobody else; a waiting exclusive run stops new shared grants.</summary>
    Exclusive,
}
