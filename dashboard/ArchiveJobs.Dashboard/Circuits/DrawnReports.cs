using Microsoft.AspNetCore.SignalR;

namespace ArchiveJobs.Dashboard.Circuits;

/// <summary>Marks the calls in which a browser reports that it has drawn; <see cref="DrawnReportsInTurn"/> makes them wait.</summary>
internal sealed class DrawnReports : IHubFilter
{
    private const string Report = "OnRenderCompleted";   // The method of ASP.NET Core's hub of circuits that its blazor.web.js calls.

    private static readonly AsyncLocal<bool> IsOne = new();

    /// <summary>Whether the code that asks runs on behalf of such a call.</summary>
    public static bool IsCurrent => IsOne.Value;

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        IsOne.Value = invocationContext.HubMethodName == Report;
        return await next(invocationContext);
    }
}
