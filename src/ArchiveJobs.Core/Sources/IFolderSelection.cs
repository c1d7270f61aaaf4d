namespace ArchiveJobs.Core.Sources;

/// <summary>Makes the folder rules of a profile.</summary>
public interface IFolderSelector
{
    /// <param name="include">Patterns; empty includes every folder.</param>
    /// <param name="exclude">Patterns beside the defaults of the source kind; the single word "none" switches the defaults off.</param>
    /// <exception cref="ArchiveException">A pattern cannot be read (Configuration).</exception>
    IFolderSelection Create(string sourceKind, IReadOnlyList<string> include, IReadOnlyList<string> exclude);
}

/// <summary>Which folders of a mailbox are archived.</summary>
public interface IFolderSelection
{
    /// <summary>Null when the folder is archived, otherwise why it is left out, in a few words.</summary>
    string? WhyLeftOut(SourceFolder folder);
}
