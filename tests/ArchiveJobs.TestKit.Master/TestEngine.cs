namespace ArchiveJobs.TestKit.Master;

/// <summary>What a test's master database runs on.</summary>
public enum TestEngine
{
    /// <summary>A file in the directory of the test.</summary>
    Sqlite,

    /// <summary>A database of its own on the private server of the test process.</summary>
    PostgreSql,

    /// <summary>A database of its own on the server that ARCHIVEJOBS_TEST_SQLSERVER names.</summary>
    SqlServer,
}
