using System.Collections.Concurrent;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Names that this host answers to whatever its certificate says. Thread-safe.</summary>
internal sealed class KnownNames
{
    private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.OrdinalIgnoreCase);

    public KnownNames(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            Add(name);
        }
    }

    /// <param name="name">Null adds nothing.</param>
    public void Add(string? name)
    {
        if (name is { Length: > 0 })
        {
            _names[name.Trim('[', ']')] = true;
        }
    }

    public bool Has(string host) => _names.ContainsKey(host.Trim('[', ']'));
}
