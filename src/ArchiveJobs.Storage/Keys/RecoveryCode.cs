using System.Security.Cryptography;

namespace ArchiveJobs.Storage.Keys;

/// <summary>27 random symbols of Crockford's base 32 and a check symbol, in groups of four; docs/formats/backup.md.</summary>
internal static class RecoveryCode
{
    private const int Symbols = 27;   // 135 bits
    private const int GroupLength = 4;
    private const int CheckModulus = 37;
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const string CheckAlphabet = Alphabet + "*~$=U";

    public static string New()
    {
        Span<char> code = stackalloc char[Symbols + 1];
        for (var i = 0; i < Symbols; i++)
        {
            code[i] = Alphabet[RandomNumberGenerator.GetInt32(Alphabet.Length)];
        }

        code[Symbols] = CheckOf(code[..Symbols]);
        return string.Join('-', code.ToArray().Chunk(GroupLength).Select(group => new string(group)));
    }

    /// <summary>The 27 symbols as they count, whatever was typed for look-alikes; null when it is no code or mistyped.</summary>
    public static string? Read(string typed)
    {
        var symbols = new string([.. typed.Where(c => c != '-' && !char.IsWhiteSpace(c)).Select(Canonical)]);
        return symbols.Length == Symbols + 1 && symbols[..Symbols].All(Alphabet.Contains) && CheckOf(symbols.AsSpan(0, Symbols)) == symbols[Symbols]
            ? symbols[..Symbols]
            : null;
    }

    private static char Canonical(char typed) => char.ToUpperInvariant(typed) switch { 'O' => '0', 'I' or 'L' => '1', var c => c };

    private static char CheckOf(ReadOnlySpan<char> symbols)
    {
        var rest = 0;
        foreach (var symbol in symbols)
        {
            rest = ((rest * Alphabet.Length) + Alphabet.IndexOf(symbol, StringComparison.Ordinal)) % CheckModulus;
        }

        return CheckAlphabet[rest];
    }
}
