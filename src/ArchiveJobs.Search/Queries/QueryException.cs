using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Search.Queries;

/// <summary>A query that cannot be read.</summary>
internal static class QueryException
{
    /// <param name="position">In the query, from 1; 0 when it is no place in the text.</param>
    public static ArchiveException Refuse(string what, int position)
    {
        var place = position > 0 ? string.Create(CultureInfo.InvariantCulture, $" (at character {position})") : "";
        return new ArchiveException(new Situation(SituationKeys.QueryUnreadable, ErrorClass.Refused) { ServerWords = what }.With("position", position), what + place);
    }
}
