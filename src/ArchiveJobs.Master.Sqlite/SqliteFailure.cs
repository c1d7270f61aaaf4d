using ArchiveJobs.Core.Situations;
using Microsoft.Data.Sqlite;

namespace ArchiveJobs.Master.Sqlite;

/// <summary>SQLite's error codes (https://www.sqlite.org/rescode.html) as situations of the master database.</summary>
internal static class SqliteFailure
{
    private const int Permission = 3, Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NoDatabase = 26;

    /// <summary>Entity Framework wraps what SQLite says; the innermost that is SQLite's counts.</summary>
    public static Situation? Explain(Exception failure)
    {
        for (var one = failure; one is not null; one = one.InnerException!)
        {
            if (one is SqliteException said)
            {
                return Explain(said.SqliteErrorCode) is { } situation ? situation with { ServerWords = said.Message } : null;
            }
        }

        return null;
    }

    private static Situation? Explain(int code) => code switch
    {
        Full => new Situation(SituationKeys.DatabaseFull, ErrorClass.StoreFull),
        InputOutput or CannotOpen or ReadOnly or Permission => new Situation(SituationKeys.DatabaseUnreadable, ErrorClass.Database),
        Busy or Locked => new Situation(SituationKeys.DatabaseBusy, ErrorClass.Database),
        Corrupt or NoDatabase => new Situation(SituationKeys.DatabaseDamaged, ErrorClass.StoreCorrupt),
        _ => null,
    };
}
