using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Words behind a job kind, such as <c>--id=1 --max-rate 50 --dry-run</c>, as names and values.</summary>
internal static class JobWords
{
    /// <exception cref="CommandException">A word that is neither a name nor the value of one.</exception>
    public static List<KeyValuePair<string, string?>> Read(IReadOnlyList<string> words)
    {
        var options = new List<KeyValuePair<string, string?>>();
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (word.Length < 3 || !word.StartsWith("--", StringComparison.Ordinal))
            {
                throw CommandException.Usage($"\"{word}\" is not understood: arguments are written --name=value.");
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                options.Add(new(word[2..equals], word[(equals + 1)..]));
                continue;
            }

            var hasValue = i + 1 < words.Count && !words[i + 1].StartsWith("--", StringComparison.Ordinal);
            options.Add(new(word[2..], hasValue ? words[++i] : null));
        }

        return options;
    }
}
