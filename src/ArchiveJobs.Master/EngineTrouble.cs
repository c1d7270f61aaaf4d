namespace ArchiveJobs.Master;

/// <summary>What keeps the server of a master database from working, where a person can do something about it.</summary>
public enum EngineTrouble
{
    /// <summary>Anything else: it has no sentence of its own.</summary>
    Unknown,

    /// <summary>No connection: it is down, stops, starts, or the network is broken.</summary>
    Unreachable,

    DiskFull,
    TooManyConnections,
    ReadOnly,
    DatabaseMissing,

    /// <summary>Login or rights.</summary>
    Denied,

    /// <summary>No answer in time, or other work holds what is needed.</summary>
    Busy,
}
