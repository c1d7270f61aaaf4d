namespace ArchiveJobs.Core.Situations;

/// <summary>sentences.txt, read once.</summary>
internal static class Sentences
{
    private static readonly Lazy<TextSections> Loaded = new(() => TextSections.Load(typeof(Sentences).Assembly, "sentences.txt"));

    public static TextSections All => Loaded.Value;
}
