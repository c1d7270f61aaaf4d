using System.Collections.Immutable;

namespace ArchiveJobs.Core.Situations;

/// <summary>
/// One row of the table of situations: what happened, by key and values; the sentences in both languages are made from it.
/// </summary>
/// <param name="Key">For example <c>login.refused</c>; a constant of <see cref="SituationKeys"/>.</param>
/// <param name="Class">What the retry policy decides by.</param>
public sealed record Situation(string Key, ErrorClass Class)
{
    /// <summary>Values for the places of the sentence, for example host, port, mailbox; never passwords, subjects or correspondents.</summary>
    public ImmutableSortedDictionary<string, string> Values { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The server's or system's own words, for the details only; at most 300 characters are shown.</summary>
    public string? ServerWords { get; init; }

    public Situation With(string name, object? value) => this with
    {
        Values = Values.SetItem(name, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? ""),
    };
}
