using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Master;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Master database ({Provider}) brought from {Applied} to {Known} migrations")]
    public static partial void Migrated(ILogger logger, string provider, int applied, int known);

    [LoggerMessage(4001, LogLevel.Information, "Audit trail sealed to {Sequence}, hash {Hash}")]
    public static partial void Sealed(ILogger logger, long sequence, string hash);
}
