using ArchiveJobs.Scheduling.Jobs;

namespace ArchiveJobs.Scheduling.Delivery;

/// <summary>Brings a run to a worker sooner or later, perhaps twice, perhaps never: a hint. The ledger decides.</summary>
internal interface IRunDispatcher
{
    /// <summary>Returns at once.</summary>
    /// <param name="queue">One of <see cref="RunQueues"/>.</param>
    void Deliver(long runId, string queue);

    /// <summary>To a certain host, which has the store that the run needs.</summary>
    /// <returns>False when that host cannot be told from here; it finds the run by itself.</returns>
    bool DeliverTo(Guid hostId, long runId, string queue);
}

/// <summary>Queues by class of work. The letters make the order by name equal to the order by importance: some storages serve alphabetically.</summary>
internal static class RunQueues
{
    public static readonly IReadOnlyList<string> All = Enum.GetValues<WorkClass>().Select(Of).ToArray();

    /// <summary>The queue of one host, which serves it beside the common one.</summary>
    public static string Of(string queue, Guid hostId) => $"{queue}-{hostId.ToString("N")[^12..]}";

    public static string Of(WorkClass workClass) => workClass switch
    {
        WorkClass.Interactive => "a-interactive",
        WorkClass.Archive => "b-archive",
        WorkClass.Verify => "c-verify",
        WorkClass.Maintenance => "d-maintenance",
        _ => "e-bulk",
    };
}
