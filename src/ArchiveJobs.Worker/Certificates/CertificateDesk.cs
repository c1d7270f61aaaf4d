using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using ArchiveJobs.Core;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>
/// Everything that changes the certificate of this host. Each change is told to the audit trail after its file is durable: a crash in between
/// leaves a change that only the log of the next start tells (it names the fingerprint).
/// </summary>
internal sealed class CertificateDesk(CertificateShelf shelf, IAuditTrail audit, TimeProvider time)
{
    /// <summary>So long before its end a certificate made here is replaced, and an imported one is warned about.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromDays(30);

    private const string Itself = "ArchiveJobs";

    /// <summary>At the start of a host: makes the first certificate, and a new one when the old is due or does not name what was configured.</summary>
    /// <param name="given">Names of the host; none for those it has.</param>
    /// <returns>What to tell to the audit trail, which may not be open yet; null when nothing was made.</returns>
    /// <exception cref="CommandException">The present file cannot be read. Nothing was changed.</exception>
    public AuditEntry? Prepare(IReadOnlyList<string> given)
    {
        var current = shelf.Read();
        var names = given.Count > 0 ? given : current?.HostNames ?? HostNames.OfThisMachine;
        if (current is null || (current.IsMadeHere && (IsDue(current) || !names.All(name => current.Leaf.MatchesHostname(name, allowCommonName: false)))))
        {
            return EntryOf(AuditActions.CertificateCreate, Create(names, SelfSigned.MaxDays), Itself) with { ActorKind = AuditActorKind.System };
        }

        if (!names.SequenceEqual(current.HostNames))
        {
            shelf.Rename(names);
        }

        return null;
    }

    public Task TellAsync(AuditEntry entry, CancellationToken cancellationToken) => audit.WriteAsync(entry, cancellationToken);

    /// <summary>While a host runs.</summary>
    /// <returns>The new one; null when the present one need not be replaced.</returns>
    public async Task<HttpsCertificate?> RenewAsync(CancellationToken cancellationToken)
    {
        if (shelf.Read() is not { IsMadeHere: true } current || !IsDue(current))
        {
            return null;
        }

        var made = Create(current.HostNames, SelfSigned.MaxDays);
        await TellAsync(EntryOf(AuditActions.CertificateCreate, made, Itself) with { ActorKind = AuditActorKind.System }, cancellationToken);
        return made;
    }

    /// <summary>A self-signed one takes the place of whatever is there.</summary>
    /// <param name="given">Names of the host; none for those it has.</param>
    public async Task<HttpsCertificate> CreateAsync(IReadOnlyList<string> given, int days, string actor, CancellationToken cancellationToken)
    {
        var made = Create(given.Count > 0 ? given : KnownNames(), days);
        await TellAsync(EntryOf(AuditActions.CertificateCreate, made, actor), cancellationToken);
        return made;
    }

    /// <summary>A new key that waits for its certificate; the one in use stays.</summary>
    /// <returns>The request in PEM.</returns>
    public async Task<(string Pem, IReadOnlyList<string> Names)> RequestAsync(IReadOnlyList<string> given, string actor, CancellationToken cancellationToken)
    {
        var names = given.Count > 0 ? given : KnownNames();
        var (pem, key) = SelfSigned.CreateRequest(names);
        shelf.PutRequest(key, names);
        await TellAsync(About(new AuditEntry(AuditActions.CertificateRequest, actor) { Details = new() { ["names"] = string.Join(' ', names) } }), cancellationToken);
        return (pem, names);
    }

    /// <exception cref="ArchiveException">It must not be used. The one in use stays.</exception>
    public async Task<(HttpsCertificate Certificate, IReadOnlyList<string> Warnings)> ImportAsync(
        Func<GivenCertificate> read, string actor, CancellationToken cancellationToken)
    {
        CheckedCertificate sound;
        var names = KnownNames();
        try
        {
            sound = CertificateCheck.Check(read(), shelf.ReadKeys(), names, time.GetUtcNow());
        }
        catch (ArchiveException e)
        {
            await TellAsync(About(new AuditEntry(AuditActions.CertificateImport, actor)
            {
                Result = AuditResult.Refused, Level = AuditLevel.Warning, Details = new() { ["reason"] = e.Situation.Key },
            }), cancellationToken);
            throw;
        }

        var imported = shelf.Put(sound.Chain, sound.Key, isMadeHere: false, names);
        if (shelf.ReadKeys() is [var request, ..] && shelf.HasRequest && CertificateKey.Fits(imported.Leaf, request))
        {
            shelf.DropRequest();   // Answered.
        }

        await TellAsync(EntryOf(AuditActions.CertificateImport, imported, actor), cancellationToken);
        return (imported, sound.Warnings);
    }

    /// <summary>Back to the certificate before the last change; a second time takes that back.</summary>
    /// <exception cref="ArchiveException">It has expired meanwhile. The one in use stays.</exception>
    public async Task<HttpsCertificate> UndoAsync(string actor, CancellationToken cancellationToken)
    {
        var previous = shelf.ReadPrevious() ?? throw CommandException.Usage("There is no certificate before this one.");
        CertificateCheck.CheckLeaf(previous.Leaf, time.GetUtcNow());
        var restored = shelf.Undo();
        await TellAsync(EntryOf(AuditActions.CertificateRestore, restored, actor), cancellationToken);
        return restored;
    }

    private bool IsDue(HttpsCertificate certificate) => certificate.NotAfter - time.GetUtcNow() < Notice;

    private HttpsCertificate Create(IReadOnlyList<string> names, int days)
    {
        using var made = SelfSigned.Create(names, days, time.GetUtcNow());
        using var key = made.GetECDsaPrivateKey()!;
        return shelf.Put([made], key.ExportPkcs8PrivateKey(), isMadeHere: true, names);
    }

    /// <summary>As they were configured; a file that cannot be read knows none.</summary>
    private IReadOnlyList<string> KnownNames()
    {
        try
        {
            return shelf.Read()?.HostNames ?? HostNames.OfThisMachine;
        }
        catch (CommandException)
        {
            return HostNames.OfThisMachine;   // Only a new certificate mends it, so it must be possible.
        }
    }

    private static AuditEntry EntryOf(string action, HttpsCertificate certificate, string actor) => About(new AuditEntry(action, actor)
    {
        Details = new JsonObject
        {
            ["names"] = string.Join(' ', certificate.AlternativeNames), ["issuer"] = certificate.Leaf.Issuer, ["selfSigned"] = certificate.IsSelfSigned,
            ["notAfterUtc"] = Numbers.Utc(certificate.NotAfter), ["fingerprintSha256"] = certificate.Fingerprint,
        },
    });

    private static AuditEntry About(AuditEntry entry) => entry.About("certificate", "https", "https");
}
