using System.Globalization;
using ArchiveJobs.Notifications.Alerts;

namespace ArchiveJobs.Notifications.Tests.Kit;

/// <summary>Two readers in Tokyo.</summary>
internal static class Readers
{
    private static readonly TimeZoneInfo Tokyo = TimeZoneInfo.FindSystemTimeZoneById("Asia/Tokyo");

    public static AlertReader English { get; } = new(CultureInfo.GetCultureInfo("en"), Tokyo, "Any run failed", "Mail to administrators");

    public static AlertReader Japanese { get; } = new(CultureInfo.GetCultureInfo("ja"), Tokyo, "実行の失敗", "管理者宛てメール");

    public static AlertReader Of(string language) => language == "ja" ? Japanese : English;
}
