namespace ArchiveJobs.Notifications.Channels.NetworkMessage;

/// <summary>Whose screen gets the message.</summary>
public sealed record NetworkMessageSettings : ChannelSettings
{
    /// <summary>Name or address of the computer.</summary>
    public required string Server { get; init; }

    /// <summary>User or session there; * for everyone who is logged in.</summary>
    public required string User { get; init; }

    /// <summary>The longest time the program may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public override IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (Server.Length == 0 || !Server.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' or '_' or ':'))
        {
            problems.Add("The server is the name or address of a computer.");
        }

        // The program takes "@file" as a list of users to read, "/…" as an option.
        if (User.Length == 0 || User[0] is '/' or '@' || User.Any(c => char.IsControl(c) || c == '"'))
        {
            problems.Add("The user is the name of a user or a session.");
        }

        return problems;
    }
}
