using System.Collections.Frozen;
using System.Text;

namespace ArchiveJobs.Core.Situations;

/// <summary>sentences.txt, read once: all texts by section and name.</summary>
internal sealed class Sentences
{
    private static readonly Lazy<Sentences> Loaded = new(Load);
    private readonly FrozenDictionary<string, IReadOnlyDictionary<string, string>> _sections;

    private Sentences(FrozenDictionary<string, IReadOnlyDictionary<string, string>> sections)
    {
        _sections = sections;
    }

    public static Sentences All => Loaded.Value;

    public IEnumerable<string> Keys => _sections.Keys;

    /// <summary>Null when there is no such section or name.</summary>
    public string? Find(string section, string name) => _sections.GetValueOrDefault(section)?.GetValueOrDefault(name);

    internal static Sentences Parse(TextReader reader)
    {
        var sections = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        var current = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line[0] == '[')
            {
                current = new Dictionary<string, string>(StringComparer.Ordinal);
                sections.Add(line.Trim('[', ']'), current);
                continue;
            }

            var parts = line.Split(" = ", 2);
            if (parts.Length != 2)
            {
                throw new FormatException($"sentences.txt, line {number}: neither a section nor a text.");
            }

            current.Add(parts[0], parts[1]);
        }

        return new Sentences(sections.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private static Sentences Load()
    {
        using var stream = typeof(Sentences).Assembly.GetManifestResourceStream("sentences.txt")
            ?? throw new InvalidOperationException("sentences.txt is not part of this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(reader);
    }
}
