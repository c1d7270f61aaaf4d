using System.Globalization;

namespace ArchiveJobs.Notifications.Alerts;

/// <summary>For whom an alert is put into words, and why.</summary>
/// <param name="Culture">Japanese for "ja", English for every other.</param>
/// <param name="Zone">Every time is shown in it, with its offset.</param>
/// <param name="Rule">Name of the rule that selected the event.</param>
/// <param name="Channel">Name of the channel that carries it.</param>
public sealed record AlertReader(CultureInfo Culture, TimeZoneInfo Zone, string Rule, string Channel);
