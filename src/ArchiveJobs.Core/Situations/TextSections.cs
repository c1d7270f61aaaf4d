using System.Collections.Frozen;
using System.Reflection;
using System.Text;

namespace ArchiveJobs.Core.Situations;

/// <summary>Texts by section and name, from a file of lines <c>[section]</c>, <c>name = text</c> and <c># comment</c>.</summary>
public sealed class TextSections
{
    private readonly FrozenDictionary<string, Dictionary<string, string>> _sections;

    private TextSections(Dictionary<string, Dictionary<string, string>> sections)
    {
        _sections = sections.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IReadOnlyDictionary<string, Dictionary<string, string>> Sections => _sections;

    /// <param name="resource">Logical name of the embedded file.</param>
    /// <exception cref="InvalidOperationException">The assembly was built without it.</exception>
    public static TextSections Load(Assembly assembly, string resource)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        using var stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"{resource} is not part of this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return Parse(reader, resource);
    }

    /// <summary>Null when there is no such section or name.</summary>
    public string? Find(string section, string name) => _sections.GetValueOrDefault(section)?.GetValueOrDefault(name);

    /// <exception cref="FormatException">A line that is neither a section nor a text, or a name given twice.</exception>
    private static TextSections Parse(StreamReader reader, string file)
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
                throw new FormatException($"{file}, line {number}: neither a section nor a text of its own.");
            }
        }

        return new TextSections(sections);
    }
}
