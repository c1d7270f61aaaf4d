using ArchiveJobs.Master.Copying;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Master.Sqlite;

public static class MasterSqliteRegistration
{
    /// <summary>Ids of the migrations of this version, asked for before there is a database.</summary>
    public static IReadOnlyList<string> KnownMigrations => new SqliteMasterProvider("").KnownMigrations;

    /// <summary>The master database in one SQLite file; its directory must exist.</summary>
    /// <param name="path">Absolute, for example &lt;data&gt;/master.db.</param>
    public static IServiceCollection AddMasterSqlite(this IServiceCollection services, string path) =>
        services.AddMaster(new SqliteMasterProvider(path));

    /// <summary>Copies of a master database on any engine.</summary>
    public static IMasterCopy CopyOf(IMasterProvider provider) => new SqliteMasterCopy(provider);

    /// <summary>A copy that was written before, to be read. The file is closed once its last context is disposed.</summary>
    public static IMasterProvider ReadCopy(string path) => new SqliteMasterProvider(path, isPooled: false);
}
