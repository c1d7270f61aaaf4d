using System.Text.Json.Serialization;
using ArchiveJobs.Core.Sources;
using MimeKit;

namespace ArchiveJobs.Notifications.Channels.Smtp;

/// <summary>How alert mails leave. The password is the secret of the channel.</summary>
public sealed record SmtpSettings : ChannelSettings
{
    public required string Host { get; init; }

    /// <summary>1 to 65535.</summary>
    public required int Port { get; init; }

    public ConnectionSecurity Security { get; init; } = ConnectionSecurity.StartTls;

    /// <summary>Null: no login.</summary>
    public string? User { get; init; }

    /// <summary>Address of the sender.</summary>
    public required string From { get; init; }

    /// <summary>Addresses of the recipients, at least one.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>PEM text of certificates trusted beside the system's; null for none.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>The longest time one mail may take, from connecting to the server's last answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(2);

    [JsonIgnore]
    public override IReadOnlyList<string> Recipients => To;

    public override ChannelSettings For(IReadOnlyList<string> recipients) => this with { To = recipients };

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (Host.Length == 0 || Host.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
        {
            problems.Add("The server name is missing or has blanks.");
        }

        if (Port is < 1 or > 65535)
        {
            problems.Add("The port is a number from 1 to 65535.");
        }

        if (To.Count == 0)
        {
            problems.Add("There is no recipient.");
        }

        problems.AddRange(To.Prepend(From).Where(address => !IsAddress(address)).Select(address => $"\"{address}\" is not a mail address."));
        if (User is not null && Secret is null)
        {
            problems.Add("A user name needs a password.");
        }

        return problems;
    }

    private static bool IsAddress(string text) =>
        MailboxAddress.TryParse(text, out var address) && address.Address.Contains('@', StringComparison.Ordinal) && !text.Any(char.IsControl);
}
