using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace ArchiveJobs.Master.PostgreSql;

/// <summary>PostgreSQL refuses U+0000 in text, and a server's words or a folder's name may hold one: its visible picture (U+2400) is written in its place.</summary>
internal sealed class NulCharacters : DbCommandInterceptor
{
    public static readonly NulCharacters Interceptor = new();

    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Replace(command);
        return ValueTask.FromResult(result);
    }

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        Replace(command);
        return ValueTask.FromResult(result);
    }

    private static void Replace(DbCommand command)
    {
        foreach (DbParameter parameter in command.Parameters)
        {
            if (parameter.Value is string text && text.Contains('\0', StringComparison.Ordinal))
            {
                parameter.Value = text.Replace('\0', '\u2400');
            }
        }
    }
}
