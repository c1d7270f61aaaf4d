namespace ArchiveJobs.Scheduling.Schedules;

/// <summary>A schedule cannot be as it was asked for. The message says what is wrong and what to do, for the person who asked; nothing was changed, and a retry does not help.</summary>
public sealed class ScheduleException(string message, Exception? inner = null) : Exception(message, inner);
