using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

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
        var secret = new byte[SecretOctets];
        var isSecret = Base64Url.TryDecodeFromUtf8(Encoding.ASCII.GetBytes(text[(start + 1)..]), secret, out var octets) && octets == SecretOctets;
        return isSecret && id.All(char.IsAsciiHexDigitLower) ? new TokenText(id, secret) : null;
    }

    public byte[] Hash() => SHA256.HashData(Secret);

    /// <summary>The secret stands in it: only for who asked for the token.</summary>
    public string Reveal() => $"{Prefix}{PublicId}_{Base64Url.EncodeToString(Secret)}";

    /// <summary>Never the secret.</summary>
    public override string ToString() => Prefix + PublicId;
}
