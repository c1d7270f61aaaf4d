using ArchiveJobs.Core.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Mail.Folders;

/// <summary>Makes <see cref="FolderRules"/> for profiles.</summary>
internal sealed class FolderSelector : IFolderSelector
{
    public IFolderSelection Create(string sourceKind, IReadOnlyList<string> include, IReadOnlyList<string> exclude) =>
        new Selection(FolderRules.For(sourceKind, include, exclude));

    private sealed class Selection(FolderRules rules) : IFolderSelection
    {
        public string? WhyLeftOut(SourceFolder folder) => rules.Decide(folder) switch
        {
            { IsIncluded: true } => null,
            { Reason: ExclusionReason.Pattern, Detail: var pattern } => $"excluded by {pattern}",
            { Reason: ExclusionReason.NotIncluded } => "not included",
            var usual => usual.Detail,
        };
    }
}

public static class FolderRegistration
{
    /// <summary>Adds <see cref="IFolderSelector"/>.</summary>
    public static IServiceCollection AddFolderRules(this IServiceCollection services) => services.AddSingleton<IFolderSelector, FolderSelector>();
}
