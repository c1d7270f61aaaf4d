using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;

namespace ArchiveJobs.Mail.Files;

/// <summary>What the file system says about paths, as situations.</summary>
internal static class PathTrouble
{
    /// <exception cref="ArchiveException">path.missing or path.denied.</exception>
    public static T Translated<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Of(path, e);
        }
    }

    /// <summary>A share that does not answer is missing for us as well: the sentence asks to connect it.</summary>
    public static ArchiveException Of(string path, Exception inner) =>
        inner is UnauthorizedAccessException ? Denied(path, inner) : Missing(path, inner);

    public static ArchiveException Missing(string path, Exception? inner = null) =>
        new(Situation(SituationKeys.PathMissing, path, inner), $"Path {path} does not exist.", inner);

    private static ArchiveException Denied(string path, Exception inner) =>
        new(Situation(SituationKeys.PathDenied, path, inner), $"Path {path} may not be read by {Environment.UserName}.", inner);

    private static Situation Situation(string key, string path, Exception? inner) =>
        new Situation(key, ErrorClass.Configuration) { ServerWords = inner?.Message }.With("path", path).With("user", Environment.UserName);
}
