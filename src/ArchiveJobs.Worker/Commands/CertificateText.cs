using System.Text.Json.Nodes;
using ArchiveJobs.Worker.Certificates;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Commands;

/// <summary>A certificate in lines, and as JSON.</summary>
internal static class CertificateText
{
    public static void Show(CommandContext context, HttpsCertificate certificate, IReadOnlyList<string> warnings)
    {
        context.Line($"Subject      {Printable.Of(certificate.Leaf.Subject)}");
        context.Line($"Names        {Printable.Of(string.Join(", ", certificate.AlternativeNames))}");
        context.Line($"Issuer       {(certificate.IsSelfSigned ? "itself (self-signed)" : Printable.Of(certificate.Leaf.Issuer))}{(certificate.IsMadeHere ? ", renewed by itself" : "")}");
        context.Line($"Valid        {Numbers.Instant(certificate.NotBefore, TimeZoneInfo.Local)} to {Numbers.Instant(certificate.NotAfter, TimeZoneInfo.Local)}");
        context.Line($"Key          {certificate.KeyKind}");
        context.Line($"SHA-256      {certificate.Fingerprint}");
        foreach (var warning in warnings)
        {
            context.Output.Error("Note: " + Printable.Of(warning));
        }

        context.Output.Json(CommandJson.Write(JsonOf(certificate, warnings)));
    }

    /// <summary>ok, warn or fail, as doctor says it. One that was made here is replaced in time.</summary>
    public static string LevelOf(HttpsCertificate certificate, DateTimeOffset now) =>
        certificate.NotAfter <= now ? "fail"
        : (!certificate.IsMadeHere && certificate.NotAfter - now < CertificateDesk.Notice) || certificate.UncoveredNames.Count > 0 ? "warn"
        : "ok";

    public static string StateOf(HttpsCertificate certificate, DateTimeOffset now)
    {
        var names = Printable.Of(string.Join(", ", certificate.AlternativeNames));
        var end = Numbers.Instant(certificate.NotAfter, TimeZoneInfo.Local);
        if (certificate.NotAfter <= now)
        {
            return $"for {names} expired on {end}: browsers refuse it. "
                + (certificate.IsMadeHere ? "A host makes a new one when it starts: archivejobs serve" : "Import a new one: archivejobs certificate import FILE");
        }

        if (!certificate.IsMadeHere && certificate.NotAfter - now < CertificateDesk.Notice)
        {
            return $"for {names} expires in {Numbers.Count((long)(certificate.NotAfter - now).TotalDays, "day", "days")}, on {end}. Import a new one: archivejobs certificate import FILE";
        }

        return certificate.UncoveredNames is { Count: > 0 } uncovered
            ? $"for {names}, not for {string.Join(", ", uncovered)}: browsers that open that name warn. Get one for it, or name the host as it is: archivejobs serve --name DNS"
            : $"for {names}, {(certificate.IsMadeHere ? "self-signed, renewed by itself" : "issued by " + Printable.Of(certificate.Leaf.Issuer))}, until {end}";
    }

    /// <exception cref="CommandException">One is no name that a browser could open.</exception>
    public static IReadOnlyList<string> NamesOf(string[]? given) =>
        [.. (given ?? []).Select(name => HostNames.Normalize(name) ?? throw CommandException.Usage($"{name} is no DNS name and no IP address.")).Distinct()];

    private static JsonObject JsonOf(HttpsCertificate certificate, IReadOnlyList<string> warnings) => new()
    {
        ["subject"] = certificate.Leaf.Subject,
        ["names"] = Texts(certificate.AlternativeNames),
        ["hostNames"] = Texts(certificate.HostNames),
        ["issuer"] = certificate.Leaf.Issuer,
        ["selfSigned"] = certificate.IsSelfSigned,
        ["madeHere"] = certificate.IsMadeHere,
        ["notBeforeUtc"] = Numbers.Utc(certificate.NotBefore),
        ["notAfterUtc"] = Numbers.Utc(certificate.NotAfter),
        ["key"] = certificate.KeyKind,
        ["fingerprintSha256"] = certificate.Fingerprint,
        ["issuersSent"] = certificate.Chain.Count,
        ["warnings"] = Texts(warnings),
    };

    private static JsonArray Texts(IReadOnlyList<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
