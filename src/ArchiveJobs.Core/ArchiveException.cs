using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Core;

/// <summary>A failure that this program knows; the situation says which, and its class decides about retries.</summary>
public class ArchiveException : Exception
{
    public ArchiveException(Situation situation, string message, Exception? inner = null)
        : base(message, inner)
    {
        Situation = situation;
    }

    public Situation Situation { get; }
}
