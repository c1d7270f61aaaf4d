using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ArchiveJobs.Master.PostgreSql;

/// <summary>For <c>dotnet ef</c> only (tools/migrations); nothing is connected to.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<MasterContext>
{
    public MasterContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<MasterContext>();
        new PostgreSqlMasterProvider("Host=localhost;Database=design").ConfigureEngine(options);
        return new MasterContext(options.Options);
    }
}
