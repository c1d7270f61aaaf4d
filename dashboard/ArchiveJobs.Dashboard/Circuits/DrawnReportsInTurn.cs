using Microsoft.AspNetCore.Components.Server.Circuits;

namespace ArchiveJobs.Dashboard.Circuits;

/// <summary>A circuit hears that its browser has drawn only after it has dealt with all that the browser had sent before.</summary>
/// <remarks>
/// A drawing gives the handlers of a form new numbers; the old ones are good until the browser reports the drawing. What is typed or pressed until then carries
/// an old number and waits for the circuit's turn; ASP.NET Core 10 lets the report pass it by. A report that comes while the server is still at the end of that
/// same drawing ends the old numbers at once (Renderer.ProcessRenderQueue), and what waits is lost: fields that were filled in are empty when they are saved.
/// </remarks>
internal sealed class DrawnReportsInTurn : CircuitHandler
{
    private SynchronizationContext? _turns;

    // ASP.NET Core calls this within the circuit's turn. Without one, reports are passed on at once, as they were.
    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken)
    {
        _turns = SynchronizationContext.Current;
        return Task.CompletedTask;
    }

    public override Func<CircuitInboundActivityContext, Task> CreateInboundActivityHandler(Func<CircuitInboundActivityContext, Task> next) => async activity =>
    {
        if (DrawnReports.IsCurrent && _turns is { } turns)
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            turns.Post(_ => turn.SetResult(), null);
            await turn.Task;
        }

        await next(activity);
    };
}
