using System.Globalization;
using ArchiveJobs.Dashboard.Access;

namespace ArchiveJobs.Dashboard.Model;

/// <summary>The buttons about alerts. Each asks the guard first, whatever the page shows; the notifications keep the audit.</summary>
internal sealed class AlertActions(Guard guard, IAlertBoard board, PathGate paths)
{
    /// <returns>Null when it is saved, otherwise what does not fit together.</returns>
    public async Task<string?> SaveAsync(int? id, ChannelDraft draft, CancellationToken cancellationToken)
    {
        var person = await guard.RequireAsync(Rights.Administer, cancellationToken);
        if (draft.Kind == "pickup")
        {
            var kept = id is null ? null : (await board.ListChannelsAsync(cancellationToken)).FirstOrDefault(channel => channel.Id == id)?.Draft?.Directory;
            var (directory, problem) = paths.Check(draft.Directory, kept);
            if (problem is not null)
            {
                return problem;
            }

            draft = draft with { Directory = directory };
        }

        return await board.SaveAsync(id, draft, person.Name, cancellationToken);
    }

    public async Task<string?> SwitchAsync(int id, bool isEnabled, CancellationToken cancellationToken) =>
        await board.SwitchAsync(id, isEnabled, (await guard.RequireAsync(Rights.Administer, cancellationToken)).Name, cancellationToken);

    public async Task<bool> RemoveAsync(int id, CancellationToken cancellationToken) =>
        await board.RemoveAsync(id, (await guard.RequireAsync(Rights.Administer, cancellationToken)).Name, cancellationToken);

    public async Task<ChannelTest> TestAsync(int id, CancellationToken cancellationToken) =>
        await board.TestAsync(id, (await guard.RequireAsync(Rights.Administer, cancellationToken)).Name, CultureInfo.CurrentUICulture, cancellationToken);

    public async Task<string?> WriteSettingsAsync(AlertFrameSettings settings, CancellationToken cancellationToken) =>
        await board.WriteSettingsAsync(settings, (await guard.RequireAsync(Rights.Administer, cancellationToken)).Name, cancellationToken);

    public async Task<bool> RetryAsync(long delivery, CancellationToken cancellationToken) =>
        await board.RetryAsync(delivery, (await guard.RequireAsync(Rights.Operate, cancellationToken)).Name, cancellationToken);

    public async Task<bool> AbandonAsync(long delivery, CancellationToken cancellationToken) =>
        await board.AbandonAsync(delivery, (await guard.RequireAsync(Rights.Operate, cancellationToken)).Name, cancellationToken);

    public async Task<bool> DismissAsync(long alert, CancellationToken cancellationToken) =>
        await board.DismissAsync(alert, (await guard.RequireAsync(Rights.Operate, cancellationToken)).Name, cancellationToken);
}
