using System.Globalization;
using System.Net;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>What this machine is called by those who open its pages.</summary>
internal static class HostNames
{
    private const int MaxName = 253;   // RFC 1035 section 2.3.4, as text
    private const int MaxLabel = 63;

    /// <summary>The name that the machine has for itself; none when browsers could not use it.</summary>
    public static IReadOnlyList<string> OfThisMachine => Normalize(Environment.MachineName) is { } name && name != "localhost" ? [name] : [];

    /// <summary>A DNS name in its lower-case ASCII form, or an IP address; null when it is neither.</summary>
    public static string? Normalize(string given)
    {
        var name = given.Trim();
        if (IPAddress.TryParse(name.Trim('[', ']'), out var address))
        {
            return address.ToString();
        }

        try
        {
            name = new IdnMapping().GetAscii(name.TrimEnd('.')).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }

        return name.Length <= MaxName && name.Split('.').All(IsLabel) ? name : null;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabel && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
