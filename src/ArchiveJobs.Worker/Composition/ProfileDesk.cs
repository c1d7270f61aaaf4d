using ArchiveJobs.Core;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Mail.Files;
using ArchiveJobs.Master;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Composition;

/// <summary>Profiles that come from the dashboard are held to the rules of the command line.</summary>
internal sealed class ProfileDesk(ProfileBook book, IFolderSelector folders) : IProfileDesk
{
    public async Task<string?> SaveAsync(ProfileDraft profile, IReadOnlyList<AccountDraft>? accounts, string by, CancellationToken cancellationToken)
    {
        var given = profile.Settings.Tree && accounts is not null
            ? [.. MaildirUsers.List(profile.Settings.Path).Select(user => new Account(user.Name, null, null, user.Name))]
            : accounts?.Select(account => new Account(account.Login, account.Password, account.Address, account.Owner)).ToList();
        try
        {
            Check(profile, given?.Count ?? 1);
            if (profile.Id == 0)
            {
                await book.AddAsync(ToProfile(profile), given ?? [], by, cancellationToken);
            }
            else
            {
                await book.ChangeAsync(profile.Id, present => Change(present, profile), given, by, cancellationToken);
            }

            return null;
        }
        catch (CommandException e)
        {
            return e.Message;
        }
        catch (ArchiveException e)
        {
            return e.Message;   // A folder pattern that cannot be read, a directory that is not there.
        }
    }

    private void Check(ProfileDraft profile, int accounts)
    {
        if (profile.Name.Length is 0 or > 200)
        {
            throw CommandException.Usage("A profile needs a name of at most 200 characters.");
        }

        ProfileOptions.Check(profile.Kind, profile.Settings, accounts);
        folders.Create(profile.Kind, profile.Settings.Include, profile.Settings.Exclude);
    }

    private static Profile ToProfile(ProfileDraft draft)
    {
        var profile = new Profile { Name = draft.Name, SourceKind = draft.Kind };
        Change(profile, draft);
        return profile;
    }

    private static void Change(Profile profile, ProfileDraft draft)
    {
        profile.SourceKind = draft.Kind;
        profile.Settings = draft.Settings;
        profile.StoreId = draft.StoreId;
        profile.Connections = Math.Clamp(draft.Connections, 1, 32);
    }
}
