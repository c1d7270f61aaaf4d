using System.IO.Enumeration;

namespace ArchiveJobs.Mail.Folders;

/// <summary>One pattern of <see cref="FolderRules"/>.</summary>
internal sealed class FolderPattern
{
    private readonly string _expression;
    private readonly bool _isTied;

    private FolderPattern(string text)
    {
        Text = text;
        _isTied = text.Contains('/', StringComparison.Ordinal);
        _expression = text.Trim('/');
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Blank ones are left out.</summary>
    public static IReadOnlyList<FolderPattern> Parse(IEnumerable<string> patterns)
    {
        ArgumentNullException.ThrowIfNull(patterns);
        return [.. patterns.Select(pattern => pattern.Trim()).Where(pattern => pattern.Trim('/').Length > 0).Select(pattern => new FolderPattern(pattern))];
    }

    public bool Matches(string path) =>
        WithParents(path).Any(IsLike) || (!_isTied && path.Split('/').Any(IsLike));

    /// <summary>a/b/c, a/b, a.</summary>
    public static IEnumerable<string> WithParents(string path)
    {
        for (var end = path.Length; end > 0; end = path.LastIndexOf('/', end - 1))
        {
            yield return path[..end];
        }
    }

    private bool IsLike(string text)
    {
        // A backslash is an ordinary character in folder names; the matcher would take it as an escape.
        return FileSystemName.MatchesSimpleExpression(_expression.Replace(@"\", @"\\", StringComparison.Ordinal), text, ignoreCase: true);
    }
}
