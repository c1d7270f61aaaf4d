using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>words.txt, read once.</summary>
internal static class AlertWords
{
    private static readonly Lazy<TextSections> Loaded = new(() => TextSections.Load(typeof(AlertWords).Assembly, "words.txt"));

    public static TextSections All => Loaded.Value;
}
