using System.Security.Cryptography;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>Every page behind the login, with something to show.</summary>
internal static class Pages
{
    public static IReadOnlyList<string> All { get; } =
    [
        "/", "/runs", "/runs?show=need", "/runs/1", "/profiles", "/profiles/add", "/profiles/1", "/stores", "/stores?compact=1", "/stores?backup=true", "/schedules", "/schedules/add",
        "/alerts", "/alerts/channels/add", "/audit", "/search?q=drawing", $"/search?q=price&m=1-{Id("02-html.eml")}", $"/search?q=drawing&m=1-{Id("03-attachment.eml")}", "/users", "/runs/999999",
    ];

    public static string Id(string sample) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Office.Sample(sample))));
}
