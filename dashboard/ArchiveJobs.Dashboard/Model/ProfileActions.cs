using System.Globalization;
using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Paths;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Dashboard.Model;

/// <param name="WhyLeftOut">Null when the folder is archived.</param>
internal sealed record PreviewedFolder(SourceFolder Folder, string? WhyLeftOut);

/// <param name="Trouble">Null when it works.</param>
/// <param name="Remarks">What a person should be told besides.</param>
internal sealed record ConnectionTest(Situation? Trouble, IReadOnlyList<string> Remarks, IReadOnlyList<PreviewedFolder> Folders, TimeSpan Took, string Account);

/// <summary>Saves profiles and tries them out. Each asks the guard first.</summary>
internal sealed class ProfileActions(
    Guard guard, IProfileDesk desk, IEnumerable<IMailSource> sources, IFolderSelector selector, ISecretProtector secrets, IDbContextFactory<MasterContext> contexts, PathRules paths, TimeProvider time)
{
    private const string PasswordPurpose = "mailbox-password";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <returns>Null when it is saved, otherwise what does not fit together.</returns>
    public async Task<string?> SaveAsync(ProfileDraft draft, IReadOnlyList<AccountDraft>? accounts, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Administer, cancellationToken);
        try
        {
            return await desk.SaveAsync(await CheckPathAsync(draft, cancellationToken), accounts, person.Name, cancellationToken);
        }
        catch (ArchiveException e) when (e.Situation.Key == SituationKeys.PathNotAllowed)
        {
            var culture = CultureInfo.CurrentUICulture;
            return $"{SituationText.What(e.Situation, culture, time.LocalTimeZone, time.GetUtcNow())} {SituationText.ToDo(e.Situation, culture, time.LocalTimeZone, time.GetUtcNow())}";
        }
    }

    /// <summary>Connects, logs in, lists the folders and leaves. Nothing at the source is changed.</summary>
    /// <param name="password">Null for the saved one of this login, which is used only against the saved server.</param>
    public async Task<ConnectionTest> TestAsync(ProfileDraft draft, string login, string? password, CancellationToken cancellationToken)
    {
        await guard.RequireAsync(Rights.Administer, cancellationToken);
        var began = time.GetTimestamp();
        try
        {
            draft = await CheckPathAsync(draft, cancellationToken);
            var selection = selector.Create(draft.Kind, draft.Settings.Include, draft.Settings.Exclude);
            var secret = password ?? await SavedPasswordAsync(draft, login, cancellationToken) ?? "";
            var source = sources.Single(one => one.Kind == draft.Kind);
            using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            late.CancelAfter(Patience * 2);
            await using var mailbox = source.Open(Connection(draft, login, secret));
            var remarks = await mailbox.ConnectAsync(late.Token);
            var folders = await mailbox.ListFoldersAsync(late.Token);
            return new ConnectionTest(
                null, remarks, [.. folders.Select(folder => new PreviewedFolder(folder, selection.WhyLeftOut(folder)))], time.GetElapsedTime(began), mailbox.Account);
        }
        catch (ArchiveException e)
        {
            var situation = e.Situation.With("p", draft.Name.Length > 0 ? draft.Name : "…").With("b", login).With("since", time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture));
            situation = situation.Values.ContainsKey("host") ? situation : situation.With("host", draft.Settings.Host);
            return new ConnectionTest(situation, [], [], time.GetElapsedTime(began), "");
        }
    }

    /// <summary>A path that a page sends lies below an allowed root, unless it is the one that the profile has: then somebody at the machine itself has named it.</summary>
    private async Task<ProfileDraft> CheckPathAsync(ProfileDraft draft, CancellationToken cancellationToken)
    {
        if (draft.Kind is "imap" or "pop3" || draft.Settings.Path.Length == 0)
        {
            return draft;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var saved = draft.Id == 0 ? null : await db.Profiles.AsNoTracking().FirstOrDefaultAsync(profile => profile.Id == draft.Id, cancellationToken);
        return saved?.Settings.Path == draft.Settings.Path ? draft : draft with { Settings = draft.Settings with { Path = paths.Check(draft.Settings.Path) } };
    }

    private static MailboxConnection Connection(ProfileDraft draft, string login, string password) => new()
    {
        Kind = draft.Kind,
        Host = draft.Settings.Host,
        Port = draft.Settings.Port,
        Security = draft.Settings.Security,
        IgnoreCertificate = draft.Settings.IgnoreCertificate,
        TrustedCertificates = draft.Settings.TrustedCertificates,
        User = login,
        Password = password,
        Path = draft.Settings.Tree ? Path.Combine(draft.Settings.Path, login) : draft.Settings.Path,
        UnquoteMboxrd = draft.Settings.UnquoteMboxrd,
        Timeout = Patience,
    };

    /// <summary>A password that is kept never goes to a server that was only typed in: saved host, port and protection must be those of the draft.</summary>
    private async Task<string?> SavedPasswordAsync(ProfileDraft draft, string login, CancellationToken cancellationToken)
    {
        if (draft.Id == 0)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var saved = await db.Profiles.AsNoTracking().FirstOrDefaultAsync(profile => profile.Id == draft.Id, cancellationToken);
        var account = await db.ProfileMailboxes.AsNoTracking().FirstOrDefaultAsync(mailbox => mailbox.ProfileId == draft.Id && mailbox.LoginName == login, cancellationToken);
        var isSameServer = saved is not null && saved.SourceKind == draft.Kind && saved.Settings.Host == draft.Settings.Host && saved.Settings.Port == draft.Settings.Port
            && saved.Settings.Security == draft.Settings.Security && saved.Settings.IgnoreCertificate == draft.Settings.IgnoreCertificate
            && saved.Settings.TrustedCertificates == draft.Settings.TrustedCertificates;
        return isSameServer && account?.ProtectedPassword is { } secret ? Encoding.UTF8.GetString(secrets.Unprotect(secret, PasswordPurpose)) : null;
    }
}
