namespace ArchiveJobs.Scheduling.Jobs;

/// <summary>A kind that does not exist, or arguments that do not fit it. The message says which, for the person who typed them; a retry does not help.</summary>
public sealed class JobArgumentsException(string message, Exception? inner = null) : Exception(message, inner);
