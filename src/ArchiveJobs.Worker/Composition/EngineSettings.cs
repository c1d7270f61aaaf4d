using System.Text.Json;
using ArchiveJobs.Master;

namespace ArchiveJobs.Worker.Composition;

internal enum MasterEngine
{
    Sqlite,
    PostgreSql,
    SqlServer,
}

/// <summary>Which database holds the master database, and whether several hosts share it. From the environment, else from archivejobs.json of the data directory.</summary>
/// <param name="Connection">Connection string; empty for SQLite.</param>
/// <param name="Shared">Absolute; holds stores/ and keys/ for every host. Null: the data directory does.</param>
internal sealed record EngineSettings(MasterEngine Engine, string Connection, string? Shared)
{
    public const string FileName = "archivejobs.json";
    private const string DatabaseKey = "ARCHIVEJOBS_DATABASE";
    private const string ConnectionKey = "ARCHIVEJOBS_CONNECTION";
    private const string SharedKey = "ARCHIVEJOBS_SHARED";

    private static readonly JsonSerializerOptions Json = new() { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public static readonly EngineSettings Default = new(MasterEngine.Sqlite, "", null);

    public bool IsSingleHost => Engine == MasterEngine.Sqlite;

    /// <exception cref="Core.ArchiveException">They cannot be used (database.settings); the message says why.</exception>
    public static EngineSettings Read(string dataDirectory)
    {
        var file = ReadFile(Path.Combine(dataDirectory, FileName));
        return Check(Find(file, DatabaseKey), Find(file, ConnectionKey), Find(file, SharedKey), dataDirectory);
    }

    internal static EngineSettings Check(string? database, string? connection, string? shared, string dataDirectory)
    {
        var engine = database?.ToLowerInvariant() switch
        {
            null or "sqlite" => MasterEngine.Sqlite,
            "postgresql" => MasterEngine.PostgreSql,
            "sqlserver" => MasterEngine.SqlServer,
            _ => throw EngineFailure.Settings($"{DatabaseKey} is \"{database}\"; it can be sqlite, postgresql or sqlserver."),
        };
        if (engine == MasterEngine.Sqlite)
        {
            return connection is null && shared is null
                ? Default
                : throw EngineFailure.Settings(
                    $"{(connection is null ? SharedKey : ConnectionKey)} is set, but the master database is SQLite, a file that one host uses. For several hosts set {DatabaseKey} to postgresql or sqlserver.");
        }

        if (connection is null)
        {
            throw EngineFailure.Settings($"{DatabaseKey} is {database}, but {ConnectionKey} is not set. It is the connection string of that server.");
        }

        return new EngineSettings(engine, connection, shared is null ? null : CheckShared(shared, dataDirectory));
    }

    private static string CheckShared(string shared, string dataDirectory)
    {
        if (!Path.IsPathFullyQualified(shared))
        {
            throw EngineFailure.Settings($"{SharedKey} is \"{shared}\"; it must be an absolute path that every host reaches.");
        }

        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(shared));
        return path != Path.TrimEndingDirectorySeparator(Path.GetFullPath(dataDirectory))
            ? path
            : throw EngineFailure.Settings($"{SharedKey} is the data directory of this host, {path}. Each host needs a data directory of its own beside it: catalogs and indexes lie there.");
    }

    private static string? Find(Dictionary<string, string> file, string key) =>
        Environment.GetEnvironmentVariable(key) is { Length: > 0 } set ? set : file.GetValueOrDefault(key) is { Length: > 0 } written ? written : null;

    private static Dictionary<string, string> ReadFile(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(path), Json) ?? [];
        }
        catch (JsonException e)
        {
            throw EngineFailure.Settings($"{path} cannot be read: {e.Message} It is one JSON object of names and texts.", e);
        }
    }
}
