using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ArchiveJobs.Scheduling.Jobs;

/// <summary>Words of the command line to the JSON of an arguments type, by its public properties.</summary>
internal sealed class ArgumentParser
{
    private readonly string _kind;
    private readonly List<Parameter> _parameters;

    public ArgumentParser(string kind, Type arguments)
    {
        _kind = kind;
        var nullability = new NullabilityInfoContext();
        var constructor = arguments.GetConstructors().MaxBy(c => c.GetParameters().Length);
        _parameters = arguments.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .Select(property => new Parameter(property, IsRequired(property, constructor, nullability)))
            .ToList();
    }

    public IReadOnlyList<JobArgument> Describe() =>
        _parameters.Select(p => new JobArgument(p.Option, ArgumentValue.Describe(p.Property.PropertyType), p.IsRequired)).ToArray();

    /// <exception cref="JobArgumentsException">All that is wrong, in one message.</exception>
    public string ToJson(IEnumerable<KeyValuePair<string, string?>> options)
    {
        var problems = new List<string>();
        var json = new JsonObject();
        foreach (var option in options.GroupBy(o => Bare(o.Key)))
        {
            var parameter = _parameters.Find(p => Bare(p.Property.Name) == option.Key);
            if (parameter is null)
            {
                problems.Add($"--{option.First().Key} is not known");
                continue;
            }

            json[parameter.JsonName] = ArgumentValue.Read(
                parameter.Property.PropertyType, option.Select(o => o.Value).ToArray(), $"--{parameter.Option}", problems);
        }

        problems.AddRange(_parameters.Where(p => p.IsRequired && !json.ContainsKey(p.JsonName)).Select(p => $"--{p.Option} is missing"));
        return problems.Count == 0
            ? json.ToJsonString()
            : throw new JobArgumentsException($"{_kind}: {string.Join("; ", problems)}. {Usage()}");
    }

    private string Usage() => _parameters.Count == 0
        ? "It takes no arguments."
        : "It takes " + string.Join(", ", Describe().Select(a => a.IsRequired ? $"--{a.Name}={a.Type}" : $"[--{a.Name}={a.Type}]")) + ".";

    private static bool IsRequired(PropertyInfo property, ConstructorInfo? constructor, NullabilityInfoContext nullability)
    {
        if (property.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null)
        {
            return true;
        }

        var parameter = constructor?.GetParameters().FirstOrDefault(p => p.Name == property.Name);
        return parameter is { HasDefaultValue: false } && nullability.Create(parameter).WriteState != NullabilityState.Nullable;
    }

    private static string Bare(string name) => name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    private sealed record Parameter(PropertyInfo Property, bool IsRequired)
    {
        public string JsonName => JsonNamingPolicy.CamelCase.ConvertName(Property.Name);

        public string Option => JsonNamingPolicy.KebabCaseLower.ConvertName(Property.Name);
    }
}

/// <summary>One value of the command line by the type of its property.</summary>
internal static class ArgumentValue
{
    public static string Describe(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return ElementOf(plain) is not null ? "list"
            : plain == typeof(bool) ? "true|false"
            : plain.IsEnum ? string.Join('|', Enum.GetNames(plain).Select(JsonNamingPolicy.CamelCase.ConvertName))
            : plain == typeof(DateTimeOffset) || plain == typeof(DateTime) || plain == typeof(DateOnly) ? "date"
            : plain == typeof(TimeSpan) ? "duration"
            : IsNumber(plain) ? "number"
            : "text";
    }

    public static JsonNode? Read(Type type, string?[] values, string option, List<string> problems)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (ElementOf(plain) is { } element)
        {
            var all = values.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            return new JsonArray(all.Select(v => ReadOne(element, v, option, problems)).ToArray());
        }

        if (values.Length > 1)
        {
            problems.Add($"{option} is given {values.Length} times");
        }

        return ReadOne(plain, values[0], option, problems);
    }

    private static JsonNode? ReadOne(Type type, string? value, string option, List<string> problems)
    {
        if (type == typeof(bool))
        {
            return bool.TryParse(value ?? "true", out var flag) ? flag : Refuse(option, value, "true or false", problems);
        }

        if (value is null)
        {
            return Refuse(option, null, Describe(type), problems);
        }

        if (type.IsEnum)
        {
            var name = Enum.GetNames(type).FirstOrDefault(n => string.Equals(n, value.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase));
            return name is null ? Refuse(option, value, Describe(type), problems) : JsonNamingPolicy.CamelCase.ConvertName(name);
        }

        if (IsNumber(type))
        {
            return type == typeof(double) || type == typeof(decimal)
                ? decimal.TryParse(value, CultureInfo.InvariantCulture, out var real) ? real : Refuse(option, value, "a number", problems)
                : long.TryParse(value, CultureInfo.InvariantCulture, out var whole) ? whole : Refuse(option, value, "a whole number", problems);
        }

        return type == typeof(DateTimeOffset)
            ? DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : Refuse(option, value, "a date", problems)
            : value;
    }

    private static JsonNode? Refuse(string option, string? value, string wanted, List<string> problems)
    {
        problems.Add(value is null ? $"{option} needs a value ({wanted})" : $"{option}={value} is not {wanted}");
        return null;
    }

    private static bool IsNumber(Type type) =>
        type == typeof(int) || type == typeof(long) || type == typeof(uint) || type == typeof(short) || type == typeof(double) || type == typeof(decimal);

    private static Type? ElementOf(Type type) => type == typeof(string)
        ? null
        : type.IsArray ? type.GetElementType()
        : type.GetInterfaces().Append(type)
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))?.GetGenericArguments()[0];
}
