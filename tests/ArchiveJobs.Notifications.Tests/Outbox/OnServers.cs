using ArchiveJobs.TestKit.Master;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace ArchiveJobs.Notifications.Tests.Outbox;

// The same tests on the servers. ./test makes the cases of SQL Server only when ARCHIVEJOBS_TEST_SQLSERVER names one.

[Trait("Category", "Servers")]
public sealed class AlertDeskTestsOnPostgreSql : AlertDeskTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class AlertDeskTestsOnSqlServer : AlertDeskTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class AlertCourierTestsOnPostgreSql : AlertCourierTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class AlertCourierTestsOnSqlServer : AlertCourierTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class AlertServiceTestsOnPostgreSql : AlertServiceTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class AlertServiceTestsOnSqlServer : AlertServiceTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}
