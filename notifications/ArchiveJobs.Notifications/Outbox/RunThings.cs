using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Alerts;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Notifications.Outbox;

/// <summary>What a run is about.</summary>
/// <param name="Own">The profile, the store, or the job itself.</param>
/// <param name="Store">The store it works on; null for none.</param>
internal sealed record RunThings(AlertThing Own, AlertThing? Store)
{
    private const string ArchiveKind = "RunProfile";

    public static async Task<RunThings> OfAsync(MasterContext context, JobRun run, CancellationToken cancellationToken)
    {
        var store = run.StoreId is { } id ? AlertThing.Of("store", id, await StoreNameAsync(context, id, cancellationToken)) : null;
        return run.Kind switch
        {
            ArchiveKind => new RunThings(await ProfileAsync(context, run, cancellationToken), store),
            "VerifyAudit" => new RunThings(new AlertThing("audit", "audit", "audit trail"), store),
            _ => new RunThings(store ?? new AlertThing("job", run.Kind, run.Kind), store),
        };
    }

    /// <summary>A store that is full or gone is one cause, however many profiles archive into it.</summary>
    public AlertThing For(Situation situation) => IsOfDatabase(situation) ? Database : Store is not null && IsOfStore(situation) ? Store : Own;

    /// <summary>One for all of the installation: any run that comes to a good end has used it.</summary>
    public static AlertThing Database { get; } = new("database", "master", "master database");

    /// <summary>The kind whose good end shows that it works again; null when any run that uses the store does.</summary>
    public static string? RecoveringKind(JobRun run, Situation situation) => IsOfDatabase(situation) ? null : situation.Class switch
    {
        ErrorClass.StoreFull or ErrorClass.StoreReadOnly or ErrorClass.StoreOffline => null,
        ErrorClass.StoreCorrupt when run.StoreId is not null => "VerifyStore",
        _ => run.Kind,
    };

    private static bool IsOfDatabase(Situation situation) =>
        situation.Key is SituationKeys.DatabaseFull or SituationKeys.DatabaseUnreadable or SituationKeys.DatabaseBusy or SituationKeys.DatabaseDamaged
            or SituationKeys.DatabaseUnreachable or SituationKeys.DatabaseServerFull or SituationKeys.DatabaseServerBusy or SituationKeys.DatabaseConnections
            or SituationKeys.DatabaseDenied or SituationKeys.DatabaseReadOnly or SituationKeys.DatabaseMissing;

    private static bool IsOfStore(Situation situation) =>
        situation.Class is ErrorClass.StoreFull or ErrorClass.StoreReadOnly or ErrorClass.StoreOffline or ErrorClass.StoreCorrupt;

    private static async Task<string> StoreNameAsync(MasterContext context, int id, CancellationToken cancellationToken) =>
        await context.Stores.Where(store => store.Id == id).Select(store => store.Name).FirstOrDefaultAsync(cancellationToken)
        ?? id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<AlertThing> ProfileAsync(MasterContext context, JobRun run, CancellationToken cancellationToken)
    {
        var name = LenientJson.Text(run.ArgumentsJson, "name") ?? "";
        var id = await context.Profiles.Where(profile => profile.Name == name).Select(profile => (int?)profile.Id).FirstOrDefaultAsync(cancellationToken);
        return id is { } known ? AlertThing.Of("profile", known, name) : new AlertThing("profile", name, name);
    }
}
