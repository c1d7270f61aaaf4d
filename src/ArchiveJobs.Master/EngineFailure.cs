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

    /// <summary>What a run is told of it. A disk that is full is waited for like any other; all else is tried again every few seconds for as long as it lasts, and counts as no try.</summary>
    /// <returns>Null for what has no sentence of its own.</returns>
    public static Situation? Of(EngineTrouble trouble, string server) => trouble switch
    {
        EngineTrouble.Unreachable => OfServer(SituationKeys.DatabaseUnreachable, ErrorClass.Database, server).With("host", Environment.MachineName),
        EngineTrouble.DiskFull => OfServer(SituationKeys.DatabaseServerFull, ErrorClass.StoreFull, server),
        EngineTrouble.TooManyConnections => OfServer(SituationKeys.DatabaseConnections, ErrorClass.Database, server),
        EngineTrouble.ReadOnly => OfServer(SituationKeys.DatabaseReadOnly, ErrorClass.Database, server),
        EngineTrouble.DatabaseMissing => OfServer(SituationKeys.DatabaseMissing, ErrorClass.Database, server),
        EngineTrouble.Denied => OfServer(SituationKeys.DatabaseDenied, ErrorClass.Database, server),
        EngineTrouble.Busy => OfServer(SituationKeys.DatabaseServerBusy, ErrorClass.Database, server),
        _ => null,
    };

    private static Situation OfServer(string key, ErrorClass errorClass, string server) => new Situation(key, errorClass).With("server", server);
}
