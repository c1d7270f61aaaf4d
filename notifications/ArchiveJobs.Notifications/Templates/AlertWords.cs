using System.Collections.Frozen;
using System.Text;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>words.txt, read once: texts by section and name.</summary>
internal sealed class AlertWords
{
    private static readonly Lazy<AlertWords> Loaded = new(Load);
    private readonly FrozenDictionary<string, Dictionary<string, string>> _sections;

    private AlertWords(Dictionary<string, Dictionary<string, string>> sections)
    {
        _sections = sections.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public static AlertWords All => Loaded.Value;

    public IReadOnlyDictionary<string, Dictionary<string, string>> Sections => _sections;

    public string? Find(string section, string name) => _sections.GetValueOrDefault(section)?.GetValueOrDefault(name);

    /// <exception cref="FormatException">A line that is neither a section nor a text, or a name given twice.</exception>
    internal static AlertWords Parse(TextReader reader)
    {
        var sections = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
        Dictionary<string, string>? current = null;
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

            // "name =" alone is an empty text.
            var parts = line.EndsWith(" =", StringComparison.Ordinal) ? [line[..^2], ""] : line.Split(" = ", 2);
            if (current is null || parts.Length != 2 || !current.TryAdd(parts[0], parts[1]))
            {
                throw new FormatException($"words.txt, line {number}: neither a section nor a text of its own.");
            }
        }

        return new AlertWords(sections);
    }

    private static AlertWords Load()
    {
        using var stream = typeof(AlertWords).Assembly.GetManifestResourceStream("words.txt")
            ?? throw new InvalidOperationException("words.txt is not part of this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(reader);
    }
}
