namespace ArchiveJobs.Core.Situations;

/// <summary>What kind of trouble it is; the retry policy decides by it, nobody looks at message texts.</summary>
public enum ErrorClass
{
    /// <summary>Everything that no other class names. One retry, then Failed.</summary>
    Unknown,

    /// <summary>Connections refused, broken or silent; a name server that does not answer. Retried with backoff.</summary>
    TransientNetwork,

    /// <summary>The server asks for a pause. Counts as no try.</summary>
    Throttled,

    /// <summary>Credentials are not accepted. Opens the circuit of that mailbox.</summary>
    Authentication,

    /// <summary>Something a person has to correct in the settings. Not retried.</summary>
    Configuration,

    StoreBusy,
    StoreFull,
    StoreReadOnly,

    /// <summary>Bytes in the store are not what was written. Never retried; a verify is planned.</summary>
    StoreCorrupt,

    StoreOffline,

    /// <summary>The source renumbers or re-renders what it held.</summary>
    SourceChanged,

    /// <summary>One message, the rest goes on.</summary>
    Item,

    /// <summary>A derived view (catalog, index) had to be made again.</summary>
    Derived,

    HostStopping,
    LeaseLost,
    Database,

    /// <summary>Refused before anything was done.</summary>
    Refused,
}
