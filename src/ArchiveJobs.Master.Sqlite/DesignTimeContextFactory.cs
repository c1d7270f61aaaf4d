using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ArchiveJobs.Master.Sqlite;

/// <summary>For <c>dotnet ef</c> only; see docs/adr/0020-one-migrations-project-per-engine.md for the commands.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<MasterContext>
{
    public MasterContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<MasterContext>();
        new SqliteMasterProvider(Path.Combine(Path.GetTempPath(), "archivejobs-design.db")).Configure(options);
        return new MasterContext(options.Options);
    }
}
