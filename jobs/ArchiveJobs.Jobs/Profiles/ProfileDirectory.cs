using System.Text;
using System.Text.Json;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Archiving;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Master;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Jobs.Profiles;

/// <summary>Profiles of the master database, ready to be run.</summary>
public sealed class ProfileDirectory(
    IDbContextFactory<MasterContext> master, IEnumerable<IMailSource> sources, IFolderSelector folders, ISecretProtector secrets, TimeProvider time)
{
    /// <summary>What mailbox passwords are protected for.</summary>
    public const string PasswordPurpose = "mailbox-password";

    /// <summary>An open circuit lets one login through after this long.</summary>
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromHours(6);

    public async Task<Profile> GetAsync(string name, CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        return await context.Set<Profile>().AsNoTracking().SingleOrDefaultAsync(profile => profile.Name == name, cancellationToken)
            ?? throw new ArchiveException(
                new Situation(SituationKeys.ProfileUnknown, ErrorClass.Configuration).With("p", name),
                $"There is no profile \"{name}\".");
    }

    /// <summary>The mailboxes to read now, and those whose password was refused and must not be tried yet.</summary>
    /// <param name="isByHand">A person asked for it: open circuits are tried.</param>
    public async Task<ProfilePlan> PlanAsync(Profile profile, bool isByHand, CancellationToken cancellationToken)
    {
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var mailboxes = await context.Set<ProfileMailbox>().AsNoTracking()
            .Where(mailbox => mailbox.ProfileId == profile.Id)
            .OrderBy(mailbox => mailbox.Id)
            .Join(context.Set<User>(), mailbox => mailbox.UserId, user => user.Id, (mailbox, user) => new { Mailbox = mailbox, User = user.Name })
            .ToListAsync(cancellationToken);
        var source = sources.Single(source => source.Kind == profile.SourceKind);
        var settings = profile.Settings;
        var selection = folders.Create(profile.SourceKind, settings.Include, settings.Exclude);
        var now = time.GetUtcNow();
        var plans = new List<MailboxPlan>();
        var held = new List<HeldMailbox>();
        foreach (var row in mailboxes)
        {
            if (row.Mailbox.CircuitOpenSince is not null && !isByHand && row.Mailbox.NextProbeAt > now)
            {
                held.Add(new HeldMailbox(row.Mailbox.LoginName, ReadSituation(row.Mailbox, profile, settings)));
                continue;
            }

            var connection = Connect(profile, settings, row.Mailbox);
            plans.Add(new MailboxPlan(row.Mailbox.LoginName, row.User, FolderRoot(row.Mailbox, row.User), selection, () => source.Open(connection)));
        }

        return new ProfilePlan(plans, held, mailboxes.Exists(row => row.Mailbox.CircuitOpenSince is not null));
    }

    /// <summary>Opens the circuits of mailboxes whose login was refused, closes those that were read.</summary>
    public async Task RememberAsync(Profile profile, ProfilePlan plan, ArchiveReport report, CancellationToken cancellationToken)
    {
        if (!plan.HasOpenCircuits && report.Mailboxes.All(mailbox => mailbox.Failure is null))
        {
            return;   // The usual run changes nothing here.
        }

        await using var context = await master.CreateDbContextAsync(cancellationToken);
        var rows = await context.Set<ProfileMailbox>().Where(mailbox => mailbox.ProfileId == profile.Id).ToDictionaryAsync(mailbox => mailbox.LoginName, cancellationToken);
        var now = time.GetUtcNow();
        foreach (var mailbox in report.Mailboxes)
        {
            if (!rows.TryGetValue(mailbox.Name, out var row))
            {
                continue;   // Removed from the profile while the run was going on.
            }

            if (mailbox.Failure is null)
            {
                (row.CircuitOpenSince, row.NextProbeAt, row.CircuitSituationJson) = (null, null, null);
            }
            else if (mailbox.Failure.Situation.Class == ErrorClass.Authentication)
            {
                row.CircuitOpenSince ??= now;
                row.NextProbeAt = now + ProbeInterval;
                row.CircuitSituationJson = JsonSerializer.Serialize(mailbox.Failure.Situation.Key);
            }
        }

        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A run of the profile came to a good end.</summary>
    public async Task RememberSuccessAsync(int profileId, long runId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = await master.CreateDbContextAsync(cancellationToken);
        await context.Set<Profile>().Where(profile => profile.Id == profileId).ExecuteUpdateAsync(
            set => set.SetProperty(profile => profile.HasEverWorked, true).SetProperty(profile => profile.LastGoodRunId, runId).SetProperty(profile => profile.LastGoodRunAt, now),
            cancellationToken);
    }

    private MailboxConnection Connect(Profile profile, ProfileSettings settings, ProfileMailbox mailbox) => new()
    {
        Kind = profile.SourceKind,
        Host = settings.Host,
        Port = settings.Port,
        Security = settings.Security,
        IgnoreCertificate = settings.IgnoreCertificate,
        TrustedCertificates = settings.TrustedCertificates,
        User = mailbox.LoginName,
        Password = mailbox.ProtectedPassword is { } secret ? Encoding.UTF8.GetString(secrets.Unprotect(secret, PasswordPurpose)) : "",
        Path = settings.Tree ? System.IO.Path.Combine(settings.Path, mailbox.LoginName) : settings.Path,
        UnquoteMboxrd = settings.UnquoteMboxrd,
        Timeout = TimeSpan.FromSeconds(settings.TimeoutSeconds),
        MaxMessageOctets = settings.MaxMessageOctets,
    };

    /// <summary>
    /// The label of the account in its owner's tree: the address when one is given, the login name when the tree belongs to somebody of another name
    /// (two accounts of one owner must not share folders), nothing otherwise.
    /// </summary>
    private static string FolderRoot(ProfileMailbox mailbox, string user) =>
        mailbox.Address is { Length: > 0 } address ? address
        : User.KeyOf(mailbox.LoginName) == User.KeyOf(user) ? ""
        : mailbox.LoginName;

    private static Situation ReadSituation(ProfileMailbox mailbox, Profile profile, ProfileSettings settings) =>
        new Situation(mailbox.CircuitSituationJson is { } json ? JsonSerializer.Deserialize<string>(json) ?? SituationKeys.LoginRefused : SituationKeys.LoginRefused, ErrorClass.Authentication)
            .With("p", profile.Name).With("host", settings.Host).With("b", mailbox.LoginName).With("since", mailbox.CircuitOpenSince?.ToString("u"));
}

/// <param name="Held">Not tried because their password was refused a short while ago.</param>
/// <param name="HasOpenCircuits">The password of some mailbox, tried now or not, was refused before.</param>
public sealed record ProfilePlan(IReadOnlyList<MailboxPlan> Mailboxes, IReadOnlyList<HeldMailbox> Held, bool HasOpenCircuits);

public sealed record HeldMailbox(string Name, Situation Situation);
