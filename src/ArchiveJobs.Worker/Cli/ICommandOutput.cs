namespace ArchiveJobs.Worker.Cli;

/// <summary>Where a command writes: the console of this process, or a stream of events to the console of another. Thread-safe.</summary>
internal interface ICommandOutput
{
    /// <summary>A line for people. Goes to standard error when the caller asked for JSON.</summary>
    void Line(string text);

    /// <summary>A line for people that is an error or a warning; always on standard error.</summary>
    void Error(string text);

    /// <summary>The one JSON document of a command, on standard output.</summary>
    void Json(string document);

    /// <summary>Raw octets, on standard output.</summary>
    void Octets(ReadOnlySpan<byte> octets);

    /// <summary>Cheap to call often; shown as a bar on a terminal and as a line every few seconds otherwise.</summary>
    void Progress(ProgressStep step);

    /// <summary>Takes the bar away.</summary>
    void EndProgress();
}

/// <param name="Label">What is being done, in a word or two.</param>
/// <param name="Total">Null when unknown.</param>
/// <param name="Detail">What stands behind the numbers, for example a speed; may be empty.</param>
internal readonly record struct ProgressStep(string Label, long Done, long? Total, string Detail);
