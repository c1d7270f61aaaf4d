using System.Buffers.Text;
using System.Security.Cryptography;

namespace ArchiveJobs.Master.Tokens;

/// <summary>The text of a token: <c>ajt_</c>, 12 hexadecimal digits that find its row, <c>_</c>, its secret of 256 bits as base64url. The beginning lets scanners of source text find it.</summary>
public sealed record TokenText(string PublicId, byte[] Secret)
{
    public const string Prefix = "ajt_";
    internal const int PublicIdLength = 12;
    private const int SecretOctets = 32;
    private const int SecretLength = 43;   // 32 octets in base64url without padding.

    public static TokenText New() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PublicIdLength / 2)), RandomNumberGenerator.GetBytes(SecretOctets));

    /// <summary>Null when it cannot be a token.</summary>
    public static TokenText? Parse(string text)
    {
        var start = Prefix.Length + PublicIdLength;
        if (text.Length != start + 1 + SecretLength || !text.StartsWith(Prefix, StringComparison.Ordinal) || text[start] != '_')
        {
            return null;
        }

        var id = text[Prefix.Length..start];
        var secret = text[(start + 1)..];

        // Asked first: what is no base64url makes the decoder throw. The last digit carries two bits that nobody needs: only the text that was shown is the token.
        if (!id.All(char.IsAsciiHexDigitLower) || !secret.All(IsBase64Url) || !Base64Url.IsValid(secret))
        {
            return null;
        }

        var token = new TokenText(id, Base64Url.DecodeFromChars(secret));
        return token.Reveal() == text ? token : null;
    }

    private static bool IsBase64Url(char digit) => char.IsAsciiLetterOrDigit(digit) || digit is '-' or '_';

    public byte[] Hash() => SHA256.HashData(Secret);

    /// <summary>The secret stands in it: only for who asked for the token.</summary>
    public string Reveal() => $"{Prefix}{PublicId}_{Base64Url.EncodeToString(Secret)}";

    /// <summary>Never the secret.</summary>
    public override string ToString() => Prefix + PublicId;
}
