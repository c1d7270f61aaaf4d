namespace ArchiveJobs.Master.Audit;

/// <summary>How a token is called where a person's name would stand: a token that is named like a person is not taken for that person.</summary>
public static class TokenActor
{
    private const string Mark = " (token)";

    public static string Of(string tokenName) => tokenName + Mark;

    internal static bool Is(string actor) => actor.EndsWith(Mark, StringComparison.Ordinal);
}
