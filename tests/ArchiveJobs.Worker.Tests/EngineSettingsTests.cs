using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Tests;

public sealed class EngineSettingsTests
{
    private const string Data = "/srv/archive";

    [Fact]
    public void Without_settings_it_is_SQLite()
    {
        Assert.Equal(EngineSettings.Default, EngineSettings.Check(null, null, null, Data));
        Assert.Equal(EngineSettings.Default, EngineSettings.Check("SQLite", null, null, Data));
    }

    [Fact]
    public void A_server_has_a_connection_and_perhaps_a_shared_directory()
    {
        Assert.Equal(new EngineSettings(MasterEngine.PostgreSql, "Host=db", "/mnt/archive"), EngineSettings.Check("postgresql", "Host=db", "/mnt/archive/", Data));
        Assert.Equal(new EngineSettings(MasterEngine.SqlServer, "Server=db", null), EngineSettings.Check("SqlServer", "Server=db", null, Data));
    }

    [Theory]
    [InlineData("mysql", "Host=db", null, "ARCHIVEJOBS_DATABASE is \"mysql\"; it can be sqlite, postgresql or sqlserver.")]
    [InlineData("postgresql", null, null, "ARCHIVEJOBS_CONNECTION is not set")]
    [InlineData(null, "Host=db", null, "ARCHIVEJOBS_CONNECTION is set, but the master database is SQLite")]
    [InlineData("sqlite", null, "/mnt/archive", "ARCHIVEJOBS_SHARED is set, but the master database is SQLite")]
    [InlineData("postgresql", "Host=db", "archive", "must be an absolute path")]
    [InlineData("postgresql", "Host=db", Data + "/", "is the data directory of this host")]
    public void What_is_unsafe_or_unclear_is_refused_with_a_sentence(string? database, string? connection, string? shared, string sentence)
    {
        var refused = Assert.Throws<ArchiveException>(() => EngineSettings.Check(database, connection, shared, Data));

        Assert.Contains(sentence, refused.Message, StringComparison.Ordinal);
        Assert.Equal(SituationKeys.DatabaseSettings, refused.Situation.Key);
    }

    [Fact]
    public void The_file_of_the_data_directory_says_it_too()
    {
        var directory = Directory.CreateTempSubdirectory("settings-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(directory, EngineSettings.FileName), """
                {
                    // Comments and a comma at the end are allowed.
                    "ARCHIVEJOBS_DATABASE": "postgresql",
                    "ARCHIVEJOBS_CONNECTION": "Host=db",
                }
                """);
            Assert.Equal(new EngineSettings(MasterEngine.PostgreSql, "Host=db", null), EngineSettings.Read(directory));

            File.WriteAllText(Path.Combine(directory, EngineSettings.FileName), "postgresql");
            Assert.Contains(EngineSettings.FileName, Assert.Throws<ArchiveException>(() => EngineSettings.Read(directory)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
