using System.Collections.Frozen;
using System.Text;

namespace ArchiveJobs.Core.Situations;

/// <summary>The sentences of the situations, in English and Japanese; kept in sentences.tsv beside this file.</summary>
public static class SituationSentences
{
    private static readonly Lazy<FrozenDictionary<string, string[]>> Rows = new(Read);

    public static IReadOnlyCollection<string> Keys => Rows.Value.Keys;

    /// <summary>What does not work, which thing, since when. A place without a value stays as an ellipsis.</summary>
    /// <param name="values">Beside the situation's own: for example p (profile), s (store), since, at, next, run. The situation's own come first.</param>
    public static string What(Situation situation, SentenceLanguage language, IReadOnlyDictionary<string, string> values) =>
        Fill(Column(situation, language == SentenceLanguage.Japanese ? 2 : 1) ?? situation.Key, situation, values);

    /// <summary>What to do about it.</summary>
    public static string ToDo(Situation situation, SentenceLanguage language, IReadOnlyDictionary<string, string> values) =>
        Fill(Column(situation, language == SentenceLanguage.Japanese ? 4 : 3) ?? "", situation, values);

    /// <summary>There is a sentence with commands for it.</summary>
    public static bool HasCommand(Situation situation) => Column(situation, 5) is { Length: > 0 };

    /// <summary>As <see cref="ToDo"/>, with commands in place of buttons. English only.</summary>
    public static string ToDoOnConsole(Situation situation, IReadOnlyDictionary<string, string> values) =>
        Column(situation, 5) is { Length: > 0 } command ? Fill(command, situation, values) : ToDo(situation, SentenceLanguage.English, values);

    private static string? Column(Situation situation, int column)
    {
        ArgumentNullException.ThrowIfNull(situation);
        return Rows.Value.TryGetValue(situation.Key, out var row) ? row[column] : null;
    }

    private static string Fill(string sentence, Situation situation, IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var text = new StringBuilder(sentence.Length + 64);
        var at = 0;
        while (sentence.IndexOf('{', at) is var open and >= 0 && sentence.IndexOf('}', open) is var close and >= 0)
        {
            var name = sentence[(open + 1)..close];
            text.Append(sentence, at, open - at);
            text.Append(situation.Values.TryGetValue(name, out var own) ? own : values.GetValueOrDefault(name, "…"));
            at = close + 1;
        }

        return text.Append(sentence, at, sentence.Length - at).ToString();
    }

    private static FrozenDictionary<string, string[]> Read()
    {
        using var stream = typeof(SituationSentences).Assembly.GetManifestResourceStream("sentences.tsv")
            ?? throw new InvalidOperationException("sentences.tsv is not in the assembly.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(line => line.Split('\t'))
            .ToFrozenDictionary(row => row[0], StringComparer.Ordinal);
    }
}

public enum SentenceLanguage
{
    English,
    Japanese,
}
