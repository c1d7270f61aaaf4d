using System.Collections.Concurrent;
using System.Net;

namespace ArchiveJobs.Worker.Api.Access;

/// <summary>
/// Wrong tokens by address. A secret of 256 bits is not guessed; a client that was left running with a dead token is told to slow down, and the log is not filled by it.
/// A right token is never held back: behind a proxy many share one address.
/// </summary>
internal sealed class FailedTokens(TimeProvider time, ILogger<FailedTokens> logger)
{
    public const int AMinute = 20;

    private const int MaxAddresses = 10_000;

    private readonly ConcurrentDictionary<IPAddress, (long Minute, int Count)> _counts = new();

    public void Note(IPAddress? address)
    {
        var minute = Minute;
        if (_counts.Count >= MaxAddresses)
        {
            _counts.Clear();
        }

        var (_, count) = _counts.AddOrUpdate(address ?? IPAddress.None, _ => (minute, 1), (_, now) => now.Minute == minute ? (minute, now.Count + 1) : (minute, 1));
        if (count is 1 or AMinute)
        {
            logger.TokenRefused(address, count);
        }
    }

    public bool IsTooMany(IPAddress? address) => _counts.TryGetValue(address ?? IPAddress.None, out var now) && now.Minute == Minute && now.Count > AMinute;

    private long Minute => time.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;
}
