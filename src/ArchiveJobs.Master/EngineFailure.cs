using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Master;

/// <summary>Why a database engine cannot be used, as every engine says it.</summary>
public static class EngineFailure
{
    /// <summary>The settings do not name a usable database. A retry does not help.</summary>
    public static ArchiveException Settings(string sentence, Exception? cause = null) =>
        new(new Situation(SituationKeys.DatabaseSettings, ErrorClass.Configuration) { ServerWords = sentence }, sentence, cause);

    /// <summary>No connection. A retry may help.</summary>
    public static ArchiveException Unreachable(string server, Exception cause) => new(
        new Situation(SituationKeys.DatabaseUnreachable, ErrorClass.Database) { ServerWords = cause.Message }
            .With("server", server).With("host", Environment.MachineName),
        $"The master database on {server} cannot be reached: {cause.Message}",
        cause);
}
