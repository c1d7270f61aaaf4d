using System.Runtime.ExceptionServices;

namespace ArchiveJobs.Search.Indexing;

/// <summary>The first failure of a merge in the background, until somebody asks.</summary>
internal sealed class MergeFailure
{
    private Exception? _failure;

    public void Keep(Exception failure) => Interlocked.CompareExchange(ref _failure, failure, null);

    public void Throw()
    {
        if (Volatile.Read(ref _failure) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
