using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Storage.Backup;

/// <summary>The situations of backup directories.</summary>
internal static class BackupFailure
{
    private const long LeastNeeded = 32L << 20;

    /// <param name="isKnown">A backup was there before: then it is waited for.</param>
    public static ArchiveException Unreachable(string path, bool isKnown, Exception? inner) => new(
        Of(SituationKeys.BackupTargetGone, isKnown ? ErrorClass.TransientNetwork : ErrorClass.Configuration, path) with { ServerWords = inner?.Message },
        $"The backup directory {path} cannot be reached or written{(inner is null ? ": there is no backup in it any more" : ": " + inner.Message)}.", inner);

    public static ArchiveException Full(string path, long need, long free, Exception? inner) => new(
        Of(SituationKeys.BackupNoSpace, ErrorClass.StoreFull, path).With("need", need).With("free", free).With("missing", Math.Max(need - free, LeastNeeded)),
        $"There is no room for the backup in {path}: it needs {need} bytes, {free} are free. The backups there are as they were.", inner);

    public static ArchiveException NoCode() => new(
        new Situation(SituationKeys.BackupNoCode, ErrorClass.Configuration),
        "There is no recovery code yet, and without one nobody could open the backup. Make one: archivejobs key recovery-code");

    public static ArchiveException Refused(string path, string reason) => new(
        Of(SituationKeys.BackupRefused, ErrorClass.Refused, path) with { ServerWords = reason }, reason);

    public static ArchiveException Missing(string path, int? generation) => new(
        Of(SituationKeys.BackupMissing, ErrorClass.Configuration, path),
        generation is { } number ? $"There is no backup of generation {number} in {path}." : $"There is no backup in {path}.");

    public static ArchiveException Newer(string path, string what) => new(
        Of(SituationKeys.BackupNewer, ErrorClass.Refused, path) with { ServerWords = what },
        $"The backup in {path} was made by a newer version ({what}). Use that version.");

    public static ArchiveException CodeWrong(string path, DateTimeOffset createdAt, bool isMistyped) => new(
        Of(SituationKeys.RestoreCodeWrong, ErrorClass.Configuration, path).With("date", Stamp(createdAt)) with
        {
            ServerWords = isMistyped ? "the code is mistyped: it does not agree with its last symbol" : null,
        },
        isMistyped
            ? "The recovery code is mistyped: a symbol is wrong, missing or too many. Nothing was written."
            : $"The recovery code does not fit the backup in {path}. Nothing was written.");

    public static ArchiveException Bad(string path, DateTimeOffset createdAt, string file, string what) => new(
        Of(SituationKeys.BackupBad, ErrorClass.Configuration, path).With("date", Stamp(createdAt)).With("n", 1).With("m", 1).With("file", file),
        $"The backup in {path} cannot be relied on: {file}: {what}.");

    private static Situation Of(string key, ErrorClass errorClass, string path) =>
        new Situation(key, errorClass).With("path", path).With("name", Path.GetFileName(path.TrimEnd(Path.DirectorySeparatorChar)));

    private static string Stamp(DateTimeOffset at) => at.ToString("O", CultureInfo.InvariantCulture);
}
