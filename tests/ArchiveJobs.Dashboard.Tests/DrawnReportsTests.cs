using ArchiveJobs.Dashboard.Circuits;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>The order in which a circuit hears its browser.</summary>
public sealed class DrawnReportsTests
{
    private readonly Turns _turns = new();
    private readonly List<string> _heard = [];

    [Fact]
    public async Task That_the_page_is_drawn_is_heard_after_what_was_typed_before()
    {
        var hear = await OpenAsync();
        _turns.Post(_ => _heard.Add("typed"), null);

        var report = SendAsync(nameof(Circuits.OnRenderCompleted), hear);
        Assert.Empty(_heard);
        _turns.Pass();
        await report;

        Assert.Equal(["typed", nameof(Circuits.OnRenderCompleted)], _heard);
    }

    [Fact]
    public async Task What_is_typed_is_heard_at_once()
    {
        var hear = await OpenAsync();

        await SendAsync(nameof(Circuits.BeginInvokeDotNetFromJS), hear);

        Assert.Equal([nameof(Circuits.BeginInvokeDotNetFromJS)], _heard);
    }

    /// <summary>Opens a circuit in its turn; its answer is what hears the call of this name.</summary>
    private async Task<Func<string, Task>> OpenAsync()
    {
        var circuit = new DrawnReportsInTurn();
        var outside = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(_turns);
        var opened = circuit.OnCircuitOpenedAsync(null!, TestContext.Current.CancellationToken);
        SynchronizationContext.SetSynchronizationContext(outside);
        await opened;
        return name => circuit.CreateInboundActivityHandler(_ =>
        {
            _heard.Add(name);
            return Task.CompletedTask;
        })(null!);
    }

    private static async Task SendAsync(string method, Func<string, Task> hear)
    {
        using var hub = new Circuits();
        await using var services = new ServiceCollection().BuildServiceProvider();
        var call = new HubInvocationContext(null!, services, hub, typeof(Circuits).GetMethod(method)!, []);
        await new DrawnReports().InvokeMethodAsync(call, async _ =>
        {
            await hear(method);
            return null;
        });
    }

    /// <summary>The names that blazor.web.js calls.</summary>
    private sealed class Circuits : Hub
    {
        public static void OnRenderCompleted()
        {
            // Only its name counts.
        }

        public static void BeginInvokeDotNetFromJS()
        {
            // Only its name counts.
        }
    }

    /// <summary>One after the other, when the test says so.</summary>
    private sealed class Turns : SynchronizationContext
    {
        private readonly Queue<Action> _waiting = [];

        public override void Post(SendOrPostCallback d, object? state) => _waiting.Enqueue(() => d(state));

        public void Pass()
        {
            while (_waiting.TryDequeue(out var next))
            {
                next();
            }
        }
    }
}
