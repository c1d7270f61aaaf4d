using ArchiveJobs.Core.Sources;

namespace ArchiveJobs.Mail.Folders;

/// <summary>
/// Decides which folders of a mailbox are archived. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// A pattern is compared without regard to case with the folder's path and the paths of the folders around it, so that a pattern for a folder covers what
/// is below it. <c>*</c> stands for any characters, also '/', <c>?</c> for one. A pattern without '/' may also match a single name anywhere in the path:
/// <c>Tmp</c> matches <c>Tmp</c>, <c>Tmp/2024</c> and <c>Projects/Tmp</c>. A '/' at its front ties it to the top: <c>/Tmp</c> does not match <c>Projects/Tmp</c>.
/// </remarks>
public sealed class FolderRules
{
    /// <summary>As the only exclude pattern: nothing is excluded, not even what usually is.</summary>
    public const string ExcludeNothing = "none";

    private readonly IReadOnlyList<FolderPattern> _include;
    private readonly IReadOnlyList<FolderPattern> _exclude;
    private readonly bool _excludesByDefault;

    private FolderRules(IEnumerable<string> include, IReadOnlyList<FolderPattern> exclude, bool excludesByDefault)
    {
        _include = FolderPattern.Parse(include);
        _exclude = exclude;
        _excludesByDefault = excludesByDefault;
    }

    /// <param name="kind">imap, pop3, mbox, maildir or eml. Only mailboxes on IMAP servers exclude folders unless told otherwise: Trash, Drafts, Junk and Outbox.</param>
    /// <param name="include">Empty for all folders.</param>
    /// <param name="exclude">Empty for the default; patterns replace it; "none" excludes nothing.</param>
    public static FolderRules For(string kind, IEnumerable<string> include, IEnumerable<string> exclude)
    {
        ArgumentNullException.ThrowIfNull(include);
        var patterns = FolderPattern.Parse(exclude);
        var nothing = patterns is [{ Text: var only }] && only.Equals(ExcludeNothing, StringComparison.OrdinalIgnoreCase);
        return new FolderRules(include, nothing ? [] : patterns, excludesByDefault: kind == "imap" && patterns.Count == 0);
    }

    /// <summary>Exclusion wins over inclusion, but a default exclusion does not win over an include pattern: who names Trash wants it.</summary>
    public FolderDecision Decide(SourceFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (_exclude.FirstOrDefault(pattern => pattern.Matches(folder.Path)) is { } excluded)
        {
            return new FolderDecision(ExclusionReason.Pattern, excluded.Text);
        }

        if (_include.Count > 0)
        {
            return _include.Any(pattern => pattern.Matches(folder.Path)) ? FolderDecision.Included : new FolderDecision(ExclusionReason.NotIncluded, "");
        }

        return _excludesByDefault ? ByDefault(folder) : FolderDecision.Included;
    }

    /// <summary>The same, knowing the other folders of the mailbox: what lies below an excluded Trash goes with it, also where only the server says that it is one.</summary>
    public FolderDecision Decide(SourceFolder folder, IReadOnlyCollection<SourceFolder> all)
    {
        var decision = Decide(folder);
        if (!decision.IsIncluded || !_excludesByDefault || _include.Count > 0)
        {
            return decision;
        }

        var above = all.Where(other => folder.Path.StartsWith(other.Path + "/", StringComparison.Ordinal)).Select(ByDefault);
        return above.Where(other => !other.IsIncluded).FirstOrDefault(decision);
    }

    private static FolderDecision ByDefault(SourceFolder folder)
    {
        if (folder.Use is SpecialUse.Trash or SpecialUse.Drafts or SpecialUse.Junk)
        {
            return new FolderDecision(ExclusionReason.Usual, folder.Use.ToString());
        }

        // Folders below an excluded one go with it: Trash/2024.
        foreach (var path in FolderPattern.WithParents(folder.Path))
        {
            var use = SpecialUseByName.Of(path);
            if (use is SpecialUse.Trash or SpecialUse.Drafts or SpecialUse.Junk && folder.Use is SpecialUse.None)
            {
                return new FolderDecision(ExclusionReason.Usual, use.ToString());
            }

            if (SpecialUseByName.IsOutbox(path))
            {
                return new FolderDecision(ExclusionReason.Usual, "Outbox");
            }
        }

        return FolderDecision.Included;
    }
}

public enum ExclusionReason
{
    /// <summary>It is not excluded.</summary>
    None,

    /// <summary>An exclude pattern matches.</summary>
    Pattern,

    /// <summary>There are include patterns, and none matches.</summary>
    NotIncluded,

    /// <summary>Trash, Drafts, Junk or Outbox, excluded unless told otherwise.</summary>
    Usual,
}

/// <param name="Detail">The pattern, or the use (Trash, Drafts, Junk, Outbox); empty otherwise.</param>
public readonly record struct FolderDecision(ExclusionReason Reason, string Detail)
{
    public static FolderDecision Included { get; } = new(ExclusionReason.None, "");

    public bool IsIncluded => Reason == ExclusionReason.None;
}
