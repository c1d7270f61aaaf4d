using ArchiveJobs.Master;
using ArchiveJobs.Master.Copying;
using ArchiveJobs.Master.PostgreSql;
using ArchiveJobs.Master.SqlServer;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace ArchiveJobs.Scheduling.Tests;

/// <summary>What can be said of the engines of servers without a server.</summary>
public sealed class EngineModelTests
{
    private static readonly PostgreSqlMasterProvider PostgreSql = new("Host=localhost;Database=none");
    private static readonly SqlServerMasterProvider SqlServer = new("Server=localhost;Database=none");

    [Fact]
    public void The_compiled_model_of_PostgreSQL_is_the_model() => AssertSame(PostgreSql, PostgreSql.ConfigureEngine);

    [Fact]
    public void The_compiled_model_of_SQL_Server_is_the_model() => AssertSame(SqlServer, SqlServer.ConfigureEngine);

    [Fact]
    public void SQL_Server_can_read_the_script_of_its_migration()
    {
        var options = new DbContextOptionsBuilder<MasterContext>();
        SqlServer.ConfigureEngine(options);
        using var context = new MasterContext(options.Options);
        var script = context.GetService<IMigrator>().GenerateScript(options: MigrationsSqlGenerationOptions.Idempotent);
        using var reader = new StringReader(script);

        new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);

        Assert.Empty(errors.Select(error => $"{error.Line}: {error.Message}"));
        Assert.Contains("CREATE TABLE [StoreOwners]", script, StringComparison.Ordinal);
    }

    [Fact]
    public void SQL_Server_can_read_what_copying_rows_says_to_it()
    {
        var table = new NumberedTable("Schedules", "Id");
        foreach (var statement in new[]
        {
            SqlServerRows.SnapshotState, SqlServerRows.LastNumber.Replace("{0}", "@p0", StringComparison.Ordinal).Replace("{1}", "@p1", StringComparison.Ordinal), SqlServerRows.Reseed(table, 7), SqlServerRows.Take(table, isOn: true),
        })
        {
            using var reader = new StringReader(statement);
            new TSql160Parser(initialQuotedIdentifiers: true).Parse(reader, out var errors);
            Assert.Empty(errors.Select(error => $"{statement}: {error.Message}"));
        }

        Assert.Equal("SET IDENTITY_INSERT [Schedules] OFF", SqlServerRows.Take(table, isOn: false));
    }

    [Fact]
    public void Engines_store_the_same_tables_and_columns()
    {
        Assert.Equal(NamesOf(PostgreSql.Configure), NamesOf(SqlServer.Configure));
    }

    private static void AssertSame(IMasterProvider provider, Action<DbContextOptionsBuilder> engine)
    {
        using var compiled = Open(provider.Configure);
        using var built = Open(engine);

        Assert.Equal(MasterModelTests.Describe(built.Model), MasterModelTests.Describe(compiled.Model));
        Assert.False(built.Database.HasPendingModelChanges());
    }

    private static List<string> NamesOf(Action<DbContextOptionsBuilder> engine)
    {
        using var context = Open(engine);
        return [.. context.Model.GetEntityTypes().SelectMany(type => type.GetProperties().Select(property => $"{type.GetTableName()}.{property.GetColumnName()}")).Order()];
    }

    private static MasterContext Open(Action<DbContextOptionsBuilder> engine)
    {
        var options = new DbContextOptionsBuilder<MasterContext>();
        engine(options);
        return new MasterContext(options.Options);
    }
}
