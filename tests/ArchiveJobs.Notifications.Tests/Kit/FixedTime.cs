using Microsoft.Extensions.Time.Testing;

namespace ArchiveJobs.Notifications.Tests.Kit;

internal static class FixedTime
{
    public static FakeTimeProvider At(int year, int month, int day) => new(new DateTimeOffset(year, month, day, 1, 0, 0, TimeSpan.Zero));
}
