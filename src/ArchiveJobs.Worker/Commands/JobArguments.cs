using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Words such as <c>--id=1 --max-rate 50 --dry-run</c> to the arguments of a job kind.</summary>
internal static class JobArguments
{
    /// <exception cref="CommandException">A name the kind does not have, or a value of another type.</exception>
    public static JsonObject Read(string kind, Type type, IReadOnlyList<string> words)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).ToList();
        var arguments = new JsonObject();
        for (var i = 0; i < words.Count; i++)
        {
            var (name, value) = Split(words[i]);
            var property = properties.Find(one => string.Equals(one.Name, name.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
                ?? throw CommandException.Usage($"{kind} has no argument --{name}. It has: {Describe(properties)}");
            if (value is null && i + 1 < words.Count && !words[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                value = words[++i];
            }

            arguments[Camel(property.Name)] = Convert(property, name, value);
        }

        return arguments;
    }

    /// <summary>For --help and mistakes: <c>--id, --level</c>.</summary>
    public static string Describe(Type type) =>
        Describe([.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite)]);

    private static string Describe(List<PropertyInfo> properties) =>
        properties.Count == 0 ? "no arguments" : string.Join(", ", properties.Select(property => "--" + Kebab(property.Name)));

    private static (string Name, string? Value) Split(string word)
    {
        if (!word.StartsWith("--", StringComparison.Ordinal) || word.Length < 3)
        {
            throw CommandException.Usage($"\"{word}\" is not understood: arguments are written --name=value.");
        }

        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (word[2..], null) : (word[2..equals], word[(equals + 1)..]);
    }

    private static JsonNode Convert(PropertyInfo property, string name, string? value)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(bool))
        {
            return value is null || (bool.TryParse(value, out var yes) ? yes : throw Wrong(name, "true or false"));
        }

        if (value is null)
        {
            throw CommandException.Usage($"--{name} needs a value.");
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : throw Wrong(name, "a whole number");
        }

        if (type == typeof(double) || type == typeof(decimal))
        {
            return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(name, "a number");
        }

        if (type.IsEnum)
        {
            return Array.Find(Enum.GetNames(type), one => string.Equals(one, value, StringComparison.OrdinalIgnoreCase))
                ?? throw Wrong(name, string.Join(", ", Enum.GetNames(type).Select(Camel)));
        }

        return type != typeof(string) && typeof(System.Collections.IEnumerable).IsAssignableFrom(type)
            ? new JsonArray([.. value.Split(',').Select(one => (JsonNode)one)])
            : value;
    }

    private static CommandException Wrong(string name, string expected) => CommandException.Usage($"--{name} is {expected}.");

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Kebab(string name) =>
        string.Concat(name.Select((letter, index) => char.IsUpper(letter) ? (index == 0 ? "" : "-") + char.ToLowerInvariant(letter) : letter.ToString()));
}
