using ArchiveJobs.Core.Search;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ArchiveJobs.Search;

/// <summary>The search room: <see cref="IStoreSearch"/> and <see cref="IndexFollower"/>. Needs logging.</summary>
public static class SearchRegistration
{
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range; the message names it.</exception>
    public static IServiceCollection AddSearch(this IServiceCollection services, SearchOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BufferMegabytes, 4, nameof(SearchOptions.BufferMegabytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BufferMegabytes, 1024, nameof(SearchOptions.BufferMegabytes));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.CommitInterval, TimeSpan.Zero, nameof(SearchOptions.CommitInterval));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Gathering, TimeSpan.Zero, nameof(SearchOptions.Gathering));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<IStoreSearch, StoreSearch>();
        services.AddSingleton<IndexFollower>();
        return services;
    }
}
