using System.Text.Json.Nodes;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;

namespace ArchiveJobs.Dashboard.Access;

/// <summary>What the audit trail tells of logins. Never a password, and never a name that no login has: people type passwords into the wrong field.</summary>
internal static class LoginAudit
{
    private const string Nobody = "unknown";

    /// <param name="actor">Null for the login itself.</param>
    public static AuditEntry Of(string action, Login login, string? actor = null) => new AuditEntry(action, actor ?? login.Name).About("user", login.Id, login.Name);

    /// <param name="login">Null when no login has that name.</param>
    /// <param name="notTold">Refusals since the last one that was told.</param>
    public static AuditEntry Refused(Login? login, string reason, string? address, long notTold) =>
        (login is null ? new AuditEntry(AuditActions.SessionLogin, Nobody) : Of(AuditActions.SessionLogin, login)) with
        {
            Result = AuditResult.Refused,
            Level = AuditLevel.Warning,
            Details = new JsonObject { ["reason"] = reason, ["address"] = address, ["notTold"] = notTold },
        };
}

/// <summary>
/// An entry that is written together with the next change of a login: Identity decides when it saves, and the change and its entry are one transaction.
/// One for each request or circuit.
/// </summary>
internal sealed class PendingLoginEntry(IAuditTrail audit)
{
    private Func<Login, AuditEntry>? _entry;

    /// <param name="entry">Made when the login has its number.</param>
    public void Set(Func<Login, AuditEntry> entry) => _entry = entry;

    public bool IsSet => _entry is not null;

    public void AddTo(MasterContext context, Login login)
    {
        if (_entry is { } entry)
        {
            _entry = null;
            audit.Add(context, entry(login));
        }
    }

    /// <summary>Nothing was saved.</summary>
    public void Drop() => _entry = null;
}

/// <summary>Refused logins that are told one by one: a stranger who tries names must not fill the master database. Thread-safe.</summary>
internal sealed class RefusalBudget(TimeProvider time)
{
    private const int PerMinute = 30;

    private readonly Lock _lock = new();
    private DateTimeOffset _minute;
    private int _told;
    private long _notTold;

    /// <returns>How many were left out since the last one that was told; null when this one is left out too.</returns>
    public long? Take()
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _minute >= TimeSpan.FromMinutes(1) || now < _minute)
            {
                (_minute, _told) = (now, 0);
            }

            if (_told >= PerMinute)
            {
                _notTold++;
                return null;
            }

            _told++;
            (var leftOut, _notTold) = (_notTold, 0);
            return leftOut;
        }
    }
}
