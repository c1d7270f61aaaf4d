using ArchiveJobs.TestKit.Master;

[assembly: AssemblyFixture(typeof(TestServers))]

namespace ArchiveJobs.Scheduling.Tests;

// The same tests on the servers. ./test makes the cases of SQL Server only when ARCHIVEJOBS_TEST_SQLSERVER names one.

[Trait("Category", "Servers")]
public sealed class AuditTestsOnPostgreSql : AuditTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class AuditTestsOnSqlServer : AuditTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class DeliveryTestsOnPostgreSql : DeliveryTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class DeliveryTestsOnSqlServer : DeliveryTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class ExecutorTestsOnPostgreSql : ExecutorTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class ExecutorTestsOnSqlServer : ExecutorTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class HangfireMirrorTestsOnPostgreSql : HangfireMirrorTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class HangfireMirrorTestsOnSqlServer : HangfireMirrorTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class MasterCopyTestsOnPostgreSql : MasterCopyTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class MasterCopyTestsOnSqlServer : MasterCopyTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class RowCopyTestsOnPostgreSql : RowCopyTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class RowCopyTestsOnSqlServer : RowCopyTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class MasterImportTestsOnPostgreSql : MasterImportTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class MasterImportTestsOnSqlServer : MasterImportTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class PlannerTestsOnPostgreSql : PlannerTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class PlannerTestsOnSqlServer : PlannerTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class QueueTestsOnPostgreSql : QueueTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class QueueTestsOnSqlServer : QueueTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class ReconcilerTestsOnPostgreSql : ReconcilerTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class ReconcilerTestsOnSqlServer : ReconcilerTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class RecoveryTestsOnPostgreSql : RecoveryTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class RecoveryTestsOnSqlServer : RecoveryTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class StoreLineTestsOnPostgreSql : StoreLineTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class StoreLineTestsOnSqlServer : StoreLineTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class TransitionTestsOnPostgreSql : TransitionTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class TransitionTestsOnSqlServer : TransitionTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}

[Trait("Category", "Servers")]
public sealed class WatchTestsOnPostgreSql : WatchTests
{
    protected override TestEngine Engine => TestEngine.PostgreSql;
}

[Trait("Category", "Servers")]
[Trait("Category", "SqlServer")]
public sealed class WatchTestsOnSqlServer : WatchTests
{
    protected override TestEngine Engine => TestEngine.SqlServer;
}
