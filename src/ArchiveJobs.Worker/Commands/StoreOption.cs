using System.CommandLine;
using System.Globalization;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Commands;

/// <summary>Names one store, by number or name.</summary>
internal sealed class StoreOption : Option<string?>
{
    public StoreOption(string description = "The store, by number or name. Default: every store.")
        : base("--store")
    {
        Description = description;
        HelpName = "ID";
    }

    /// <summary>Opens the stores meant; at least one.</summary>
    public async Task<IReadOnlyList<IArchiveStore>> OpenAsync(ParseResult arguments, CommandContext context, CancellationToken cancellationToken)
    {
        var stores = new List<IArchiveStore>();
        foreach (var entry in await FindAsync(context, arguments.GetValue(this), cancellationToken))
        {
            try
            {
                stores.Add(await context.Get<IStoreBook>().OpenAsync(entry, cancellationToken));
            }
            catch (ArchiveException e) when (e.Situation.Key == SituationKeys.StoreElsewhere && arguments.GetValue(this) is null)
            {
                context.Output.Error(e.Message);   // Asked for everything: the answer is what this host has.
            }
        }

        return stores;
    }

    public static async Task<IReadOnlyList<StoreEntry>> FindAsync(CommandContext context, string? wanted, CancellationToken cancellationToken)
    {
        var all = await context.Get<IStoreBook>().ListAsync(cancellationToken);
        if (all.Count == 0)
        {
            throw CommandException.Usage("There is no store yet. Make one: archivejobs store create NAME");
        }

        if (wanted is null)
        {
            return all;
        }

        var number = int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        var found = all.FirstOrDefault(store => store.Id == number) ?? all.FirstOrDefault(store => string.Equals(store.Name, wanted, StringComparison.OrdinalIgnoreCase));
        return found is not null ? [found] : throw CommandException.Usage($"There is no store \"{wanted}\". See: archivejobs store list");
    }
}
