namespace ArchiveJobs.Storage.Writing;

/// <summary>The latest commit that readers of the catalog see, and a way to wait for the next. Thread-safe.</summary>
internal sealed class AppliedHead(long commit)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _next = New();

    public long Commit
    {
        get
        {
            lock (_lock)
            {
                return field;
            }
        }

        private set;
    } = commit;

    public void Advance(long commit)
    {
        TaskCompletionSource reached;
        lock (_lock)
        {
            if (commit <= Commit)
            {
                return;
            }

            Commit = commit;
            reached = _next;
            _next = New();
        }

        reached.SetResult();
    }

    public async Task WaitAsync(long commit, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (Commit > commit)
                {
                    return;
                }

                next = _next.Task;
            }

            await next.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
