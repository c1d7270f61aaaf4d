using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Notifications.Alerts;
using ArchiveJobs.Notifications.Channels;
using ArchiveJobs.Notifications.Channels.Pickup;
using ArchiveJobs.Notifications.Channels.Smtp;
using ArchiveJobs.Notifications.Outbox;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Notifications.Settings;

/// <summary>Channels: what they are and how they change. The lists are in AlertService.Lists.cs.</summary>
internal sealed partial class AlertService(
    IDbContextFactory<MasterContext> contexts, ChannelBook book, AlertSender sender, AlertSettings settings, IAuditTrail audit, TimeProvider time) : IAlertService
{
    private const int MaxName = 200;

    public async Task<IReadOnlyList<ChannelView>> ListChannelsAsync(CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        var rows = await context.AlertChannels.AsNoTracking().OrderBy(channel => channel.Id).ToListAsync(cancellationToken);
        return await ViewsOfAsync(context, rows, cancellationToken);
    }

    public async Task<ChannelView?> FindChannelAsync(int id, CancellationToken cancellationToken) =>
        (await ListChannelsAsync(cancellationToken)).FirstOrDefault(channel => channel.Id == id);

    public async Task<ChannelView> AddAsync(ChannelSettings settings, string? name, string language, string actor, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        var row = new AlertChannel
        {
            Name = name?.Trim() ?? await FreeNameAsync(context, book.For(settings).Kind, cancellationToken),
            Kind = book.For(settings).Kind, SettingsJson = "{}", Language = language, CreatedAt = time.GetUtcNow(), ChangedAt = time.GetUtcNow(),
        };
        await CheckAsync(context, row, settings, cancellationToken);
        book.Write(row, settings);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        context.AlertChannels.Add(row);
        await context.SaveChangesAsync(cancellationToken);
        audit.Add(context, EntryOf(AuditActions.AlertChannelAdd, row, actor));
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (await ViewsOfAsync(context, [row], cancellationToken))[0];
    }

    public async Task<ChannelView> SetAsync(int id, ChannelChange change, string actor, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        var row = await context.AlertChannels.SingleOrDefaultAsync(channel => channel.Id == id, cancellationToken) ?? throw NoChannel(id);
        var present = book.Read(row);
        var wanted = change.Settings is { } given ? given with { Secret = given.Secret ?? present.Secret } : present;
        row.Name = change.Name?.Trim() ?? row.Name;
        row.Language = change.Language ?? row.Language;
        row.IsEnabled = change.IsEnabled ?? row.IsEnabled;
        row.Kind = book.For(wanted).Kind;
        row.ChangedAt = time.GetUtcNow();
        await CheckAsync(context, row, wanted, cancellationToken);
        book.Write(row, wanted);
        audit.Add(context, EntryOf(AuditActions.AlertChannelChange, row, actor));
        await context.SaveChangesAsync(cancellationToken);
        var now = time.GetUtcNow();
        await context.AlertDeliveries.Where(delivery => delivery.ChannelId == id && delivery.State == AlertDeliveryState.Pending)
            .ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.NextAttemptAt, now).SetProperty(delivery => delivery.Remaining, (string?)null), cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (await ViewsOfAsync(context, [row], cancellationToken))[0];
    }

    public async Task<bool> RemoveAsync(int id, string actor, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        if (await context.AlertChannels.SingleOrDefaultAsync(channel => channel.Id == id, cancellationToken) is not { } row)
        {
            return false;
        }

        context.AlertChannels.Remove(row);
        audit.Add(context, EntryOf(AuditActions.AlertChannelDelete, row, actor));
        await context.SaveChangesAsync(cancellationToken);
        return true;
    }

    public async Task<DeliveryResult> TestAsync(int id, string actor, CancellationToken cancellationToken)
    {
        await using var context = await OpenAsync(cancellationToken);
        var row = await context.AlertChannels.AsNoTracking().SingleOrDefaultAsync(channel => channel.Id == id, cancellationToken) ?? throw NoChannel(id);
        var result = await sender.SendAsync(context, row, TestAlert(row, actor), recipients: null, cancellationToken);
        var isGood = result.Outcome == DeliveryOutcome.Delivered;
        audit.Add(context, EntryOf(AuditActions.AlertChannelTest, row, actor) with
        {
            Result = isGood ? AuditResult.Success : AuditResult.Failure,
            Level = isGood ? AuditLevel.Information : AuditLevel.Warning,
            Details = new JsonObject { ["outcome"] = result.Outcome.ToString(), ["reason"] = result.Reason.Length == 0 ? null : result.Reason },
        });
        if (isGood)
        {
            var now = time.GetUtcNow();
            await context.AlertDeliveries.Where(delivery => delivery.ChannelId == id && delivery.State == AlertDeliveryState.Pending)
                .ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.NextAttemptAt, now), CancellationToken.None);
        }

        await context.SaveChangesAsync(CancellationToken.None);
        return result;
    }

    private Alert TestAlert(AlertChannel row, string actor)
    {
        var now = time.GetUtcNow();
        var chosen = book.ReadWithoutSecret(row);
        var situation = new Situation("test", ErrorClass.Unknown).With("person", actor);
        return new Alert
        {
            Id = $"test-{now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}", Event = AlertEvent.Test, Severity = AlertSeverity.Information,
            Subject = new AlertSubject("channel", row.Name, row.Id),
            Situation = chosen switch
            {
                SmtpSettings smtp => situation.With("from", smtp.From),
                PickupSettings pickup => situation.With("from", pickup.From),
                _ => situation,
            },
            Since = now, At = now, Host = "", Version = "",
            Facts = chosen is SmtpSettings to
                ? [new AlertFact(to.User is null ? "sent-through" : "sent-through-login").With("host", to.Host).With("port", to.Port).With("security", to.Security.ToString().ToLowerInvariant()), new AlertFact("reader")]
                : [],
        };
    }

    private static async Task CheckAsync(MasterContext context, AlertChannel row, ChannelSettings chosen, CancellationToken cancellationToken)
    {
        List<string> problems = [.. chosen.Problems()];
        if (row.Name.Length is 0 or > MaxName || row.Name.Any(char.IsControl))
        {
            problems.Add("A channel needs a name of at most 200 characters.");
        }

        if (row.Language is not ("en" or "ja"))
        {
            problems.Add("The language is en or ja.");
        }

        var (id, name) = (row.Id, row.Name);
        if (await context.AlertChannels.AnyAsync(channel => channel.Name == name && channel.Id != id, cancellationToken))
        {
            problems.Add($"There is a channel \"{name}\" already.");
        }

        if (problems.Count > 0)
        {
            throw new AlertSettingsException(string.Join(' ', problems));
        }
    }

    private static async Task<string> FreeNameAsync(MasterContext context, string kind, CancellationToken cancellationToken)
    {
        var taken = await context.AlertChannels.Select(channel => channel.Name).ToListAsync(cancellationToken);
        var name = kind;
        for (var number = 2; taken.Contains(name); number++)
        {
            name = $"{kind} {number.ToString(CultureInfo.InvariantCulture)}";
        }

        return name;
    }

    private AuditEntry EntryOf(string action, AlertChannel row, string actor) => new AuditEntry(action, actor)
    {
        Details = new JsonObject { ["kind"] = row.Kind, ["to"] = sender.Summary(row), ["language"] = row.Language, ["enabled"] = row.IsEnabled },
    }.About("channel", row.Id, row.Name);

    private static AlertSettingsException NoChannel(int id) => new($"There is no channel {id.ToString(CultureInfo.InvariantCulture)}. See: archivejobs alert list");

    private Task<MasterContext> OpenAsync(CancellationToken cancellationToken) => contexts.CreateDbContextAsync(cancellationToken);

    private async Task<IReadOnlyList<ChannelView>> ViewsOfAsync(MasterContext context, IReadOnlyList<AlertChannel> rows, CancellationToken cancellationToken)
    {
        var counts = await context.AlertDeliveries.GroupBy(delivery => new { delivery.ChannelId, delivery.State })
            .Select(group => new { group.Key.ChannelId, group.Key.State, Count = group.Count(), Last = group.Max(delivery => delivery.EndedAt) })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(row =>
        {
            var mine = counts.Where(count => count.ChannelId == row.Id).ToDictionary(count => count.State);
            return new ChannelView(
                row.Id, row.Name, row.Kind, sender.Summary(row), ReadSettings(row), row.ProtectedSecret is not null, row.Language, row.IsEnabled,
                mine.GetValueOrDefault(AlertDeliveryState.Pending)?.Count ?? 0, mine.GetValueOrDefault(AlertDeliveryState.Abandoned)?.Count ?? 0,
                mine.GetValueOrDefault(AlertDeliveryState.Delivered)?.Last);
        })];
    }

    private ChannelSettings? ReadSettings(AlertChannel row)
    {
        try
        {
            return book.ReadWithoutSecret(row);
        }
        catch (JsonException)
        {
            return null;   // Of another version; it is listed all the same.
        }
    }
}
