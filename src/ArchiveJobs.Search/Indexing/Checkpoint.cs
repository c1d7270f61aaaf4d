using System.Globalization;

namespace ArchiveJobs.Search.Indexing;

/// <summary>What the user data of an index commit says: whose messages it holds and how far. docs/formats/index.md, "Checkpoint".</summary>
/// <param name="Incarnation">Of the store; all zero when the store has none.</param>
/// <param name="Commit">Every change of the store up to this commit is in the index; later ones may be.</param>
internal sealed record Checkpoint(Guid Incarnation, long Commit)
{
    // Raised whenever fields or the analysis change: an index of another version is built anew.
    private const string Version = "1";

    private const string VersionKey = "archivejobs.version";
    private const string IncarnationKey = "archivejobs.incarnation";
    private const string CommitKey = "archivejobs.commit";

    /// <summary>Null when the data is not ours or of another version.</summary>
    public static Checkpoint? Read(IDictionary<string, string> data)
    {
        if (!data.TryGetValue(VersionKey, out var version) || version != Version
            || !data.TryGetValue(IncarnationKey, out var incarnation) || !Guid.TryParseExact(incarnation, "D", out var id)
            || !data.TryGetValue(CommitKey, out var commit) || !long.TryParse(commit, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }

        return new Checkpoint(id, number);
    }

    public Dictionary<string, string> ToUserData() => new()
    {
        [VersionKey] = Version,
        [IncarnationKey] = Incarnation.ToString("D"),
        [CommitKey] = Commit.ToString(CultureInfo.InvariantCulture),
    };
}
