using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>Tells a failure of the database from one of the program.</summary>
public static class DatabaseFailure
{
    /// <summary>Engines that have one say "may be transient" with an InvalidOperationException around the failure.</summary>
    public static bool Is(Exception failure) =>
        failure is DbException or DbUpdateException or TimeoutException || (failure is InvalidOperationException { InnerException: { } inner } && Is(inner));

    /// <summary>The engine's own exception, however it is wrapped.</summary>
    public static T? Find<T>(Exception? failure)
        where T : DbException => failure switch
        {
            null => null,
            T found => found,
            _ => Find<T>(failure.InnerException),
        };
}
