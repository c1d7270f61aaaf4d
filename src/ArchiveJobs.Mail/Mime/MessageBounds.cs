namespace ArchiveJobs.Mail.Mime;

/// <summary>Bounds for hostile mail. What lies beyond them is left whole.</summary>
internal static class MessageBounds
{
    public const int Depth = 32;
    public const int Parts = 10_000;
    public const int HeaderOctets = 1024 * 1024;

    /// <summary>A field is looked at so far; no real Content-Type is longer.</summary>
    public const int FieldOctets = 8 * 1024;
}
