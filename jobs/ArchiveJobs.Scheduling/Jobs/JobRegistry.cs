namespace ArchiveJobs.Scheduling.Jobs;

/// <summary>The kinds of operations of this version. Thread-safe.</summary>
public sealed class JobRegistry
{
    private readonly Dictionary<string, JobKind> _kinds;

    public JobRegistry(IEnumerable<JobKind> kinds)
    {
        _kinds = kinds.ToDictionary(kind => kind.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<JobKind> Kinds => _kinds.Values.OrderBy(kind => kind.Name, StringComparer.Ordinal).ToArray();

    /// <summary>Null when this version has no such kind; a newer one may have queued it.</summary>
    public JobKind? Find(string name) => _kinds.GetValueOrDefault(name);

    /// <param name="name">In any case.</param>
    /// <exception cref="JobArgumentsException">No such kind; the message lists those there are.</exception>
    public JobKind Get(string name) => Find(name)
        ?? throw new JobArgumentsException($"There is no job kind {name}. There are: {string.Join(", ", Kinds.Select(kind => kind.Name))}.");
}
