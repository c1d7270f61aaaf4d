using System.Globalization;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.PostgreSql;
using ArchiveJobs.Master.SqlServer;

namespace ArchiveJobs.Scheduling.Tests;

public sealed class EngineTroubleTests
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en");

    [Theory]
    [InlineData("53100", EngineTrouble.DiskFull)]
    [InlineData("53300", EngineTrouble.TooManyConnections)]
    [InlineData("28P01", EngineTrouble.Denied)]
    [InlineData("42501", EngineTrouble.Denied)]
    [InlineData("57P01", EngineTrouble.Unreachable)]
    [InlineData("57P03", EngineTrouble.Unreachable)]
    [InlineData("08006", EngineTrouble.Unreachable)]
    [InlineData("57P04", EngineTrouble.DatabaseMissing)]
    [InlineData("25006", EngineTrouble.ReadOnly)]
    [InlineData("40P01", EngineTrouble.Busy)]
    [InlineData("42P01", EngineTrouble.Unknown)]   // A table that is not there: a mistake of ours.
    public void A_code_of_PostgreSQL_is_the_trouble_it_means(string code, EngineTrouble trouble) => Assert.Equal(trouble, PostgreSqlFailure.MeaningOf(code));

    [Theory]
    [InlineData(1105, EngineTrouble.DiskFull)]
    [InlineData(9002, EngineTrouble.DiskFull)]
    [InlineData(18456, EngineTrouble.Denied)]
    [InlineData(4060, EngineTrouble.DatabaseMissing)]
    [InlineData(3906, EngineTrouble.ReadOnly)]
    [InlineData(1205, EngineTrouble.Busy)]
    [InlineData(-2, EngineTrouble.Busy)]
    [InlineData(10061, EngineTrouble.Unreachable)]
    [InlineData(208, EngineTrouble.Unknown)]       // Invalid object name.
    public void A_number_of_SQL_Server_is_the_trouble_it_means(int number, EngineTrouble trouble) => Assert.Equal(trouble, SqlServerFailure.MeaningOf(number));

    [Fact]
    public void Only_a_full_disk_waits_for_room_and_all_else_for_the_server()
    {
        foreach (var trouble in Enum.GetValues<EngineTrouble>().Except([EngineTrouble.Unknown]))
        {
            var situation = EngineFailure.Of(trouble, "db.example:5432")!;

            Assert.Equal(trouble == EngineTrouble.DiskFull ? ErrorClass.StoreFull : ErrorClass.Database, situation.Class);
            Assert.Contains("db.example:5432", SituationText.What(situation, English, TimeZoneInfo.Utc) + SituationText.ToDo(situation, English, TimeZoneInfo.Utc), StringComparison.Ordinal);
        }
    }
}
