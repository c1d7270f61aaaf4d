namespace ArchiveJobs.Search.Indexing;

/// <summary>docs/formats/index.md, "Fields".</summary>
internal static class FieldNames
{
    public const string Id = "id";
    public const string Subject = "subject";
    public const string From = "from";
    public const string To = "to";
    public const string Body = "body";
    public const string Attachment = "attachment";

    /// <summary>Minutes since 1970 UTC, indexed for ranges.</summary>
    public const string Minute = "minute";

    /// <summary>Seconds since 1970 UTC, a column for sorting; 0 when the message has no date.</summary>
    public const string Second = "second";
}
