using ArchiveJobs.Master.PostgreSql;
using ArchiveJobs.Master.Sqlite;
using ArchiveJobs.Master.SqlServer;
using ArchiveJobs.TestKit.Servers;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.TestKit.Master;

/// <summary>An empty master database for one test, on any engine. On a server it has the schema already.</summary>
public sealed class TestDatabase : IDisposable
{
    private readonly TestEngine _engine;
    private readonly string _place;
    private bool _isDropped = true;

    private TestDatabase(TestEngine engine, string place)
    {
        _engine = engine;
        _place = place;
    }

    /// <param name="directory">Holds the file of SQLite.</param>
    public static TestDatabase Create(TestEngine engine, string directory) => new(engine, engine switch
    {
        TestEngine.PostgreSql => TestServers.NewPostgreSqlDatabase(),
        TestEngine.SqlServer => TestServers.NewSqlServerDatabase(),
        _ => Path.Combine(directory, "master.db"),
    });

    /// <summary>On a server of the test's own, which it may stop. Has no schema before the first host starts.</summary>
    public static TestDatabase CreateOn(PostgresServer server) => new(TestEngine.PostgreSql, TestServers.NewBareDatabaseOn(server)) { _isDropped = false };

    public TestEngine Engine => _engine;

    /// <summary>Null in a file.</summary>
    public string? Connection => _engine == TestEngine.Sqlite ? null : _place;

    public IServiceCollection AddTo(IServiceCollection services) => _engine switch
    {
        TestEngine.PostgreSql => services.AddMasterPostgreSql(_place),
        TestEngine.SqlServer => services.AddMasterSqlServer(_place),
        _ => services.AddMasterSqlite(_place),
    };

    public void Dispose()
    {
        switch (_engine)
        {
            case TestEngine.PostgreSql when !_isDropped:
                TestServers.ForgetConnections(_place);
                break;
            case TestEngine.PostgreSql:
                TestServers.DropPostgreSqlDatabase(_place);
                break;
            case TestEngine.SqlServer:
                TestServers.DropSqlServerDatabase(_place);
                break;
            default:
                SqliteConnection.ClearAllPools();
                break;
        }
    }
}
