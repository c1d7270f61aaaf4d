using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ArchiveJobs.Master.SqlServer;

/// <summary>For <c>dotnet ef</c> only (tools/migrations); nothing is connected to.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<MasterContext>
{
    public MasterContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<MasterContext>();
        new SqlServerMasterProvider("Server=localhost;Database=design").ConfigureEngine(options);
        return new MasterContext(options.Options);
    }
}
