using ArchiveJobs.Master;
using ArchiveJobs.Worker.Api;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Composition;
using ArchiveJobs.Worker.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Worker.Tests.Api;

/// <summary>Every route that is mapped, without a host that runs.</summary>
public sealed class ApiRoutesTests : IAsyncDisposable
{
    // Where a scope of its own is not enough said: these change something and still need no more than operate.
    private static readonly string[] OperatorsMay =
    [
        "POST /runs", "POST /runs/{id:long}/cancel", "POST /runs/{id:long}/retry", "POST /schedules/{name}/pause", "POST /schedules/{name}/resume",
        "POST /schedules/{name}/skip", "POST /schedules/{name}/trigger", "POST /alerts/{id:long}/dismiss", "POST /alerts/deliveries/{id:long}/retry",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("archivejobs-routes-").FullName;
    private readonly WebApplication _app;

    public ApiRoutesTests()
    {
        var data = new DataDirectory(_folder);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRooms(data, Scheduling.DeliveryKind.InProcess).AddPages(data);
        _app = builder.Build();
        _app.UseRouting();
        _app.MapApi(new HostState(HostAddress.ForThisProcess(""), data, TimeProvider.System, CancellationToken.None));
        _app.UseEndpoints(_ => { });
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Every_route_asks_for_a_token_and_looks_at_nothing_else()
    {
        var policies = _app.Services.GetRequiredService<IAuthorizationPolicyProvider>();

        Assert.All(Routes(), route =>
        {
            var right = Assert.Single(route.Metadata.OfType<ApiRight>());
            var policy = policies.GetPolicyAsync(Assert.Single(route.Metadata.OfType<IAuthorizeData>()).Policy!).GetAwaiter().GetResult();
            Assert.Equal(right.Policy, Assert.Single(route.Metadata.OfType<IAuthorizeData>()).Policy);
            Assert.Equal([TokenAuthentication.Scheme], policy!.AuthenticationSchemes);
            Assert.Null(route.Metadata.GetMetadata<IAllowAnonymous>());
        });
    }

    [Fact]
    public void What_changes_something_is_for_administrators_unless_it_is_listed_here()
    {
        var operators = Routes().Where(route => !IsRead(route) && route.Metadata.OfType<ApiRight>().Single().Scope != TokenScope.Admin).ToList();

        Assert.Equal(OperatorsMay.Order(StringComparer.Ordinal), operators.Select(NameOf).Order(StringComparer.Ordinal));
        Assert.All(operators, route => Assert.Equal(TokenScope.Operate, route.Metadata.OfType<ApiRight>().Single().Scope));
    }

    [Fact]
    public void Mail_is_only_for_tokens_that_may_read_it()
    {
        var mail = Routes().Where(route => NameOf(route).Contains(" /messages", StringComparison.Ordinal)).ToList();

        Assert.Equal(4, mail.Count);
        Assert.All(mail, route => Assert.True(route.Metadata.OfType<ApiRight>().Single() is { NeedsMail: true } or { Scope: TokenScope.Admin }));
    }

    [Fact]
    public async Task The_document_lists_every_route_with_its_security()
    {
        var document = await _app.Services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync(CancellationToken.None);

        var listed = document.Paths.SelectMany(path => path.Value.Operations!.Select(operation => (Name: $"{operation.Key.Method} {path.Key["/api/v1".Length..]}", Operation: operation.Value))).ToList();
        Assert.Equal(Routes().Select(WithoutTypes).Order(StringComparer.Ordinal), listed.Select(one => one.Name).Order(StringComparer.Ordinal));
        Assert.All(listed, one =>
        {
            Assert.Equal("token", Assert.Single(Assert.Single(one.Operation.Security!)).Key.Reference.Id);
            Assert.True(one.Operation.Summary?.EndsWith('.'), $"{one.Name} says nothing of itself.");
        });
    }

    /// <summary>All but the one that answers to what is none.</summary>
    private List<RouteEndpoint> Routes()
    {
        var all = ((IEndpointRouteBuilder)_app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal)).ToList();
        Assert.NotNull(all.Single(route => route.RoutePattern.RawText!.EndsWith("{**path}", StringComparison.Ordinal)).Metadata.GetMetadata<ApiRight>());
        return all.FindAll(route => !route.RoutePattern.RawText!.EndsWith("{**path}", StringComparison.Ordinal));
    }

    private static bool IsRead(RouteEndpoint route) => MethodOf(route) == "GET";

    private static string MethodOf(RouteEndpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single();

    private static string NameOf(RouteEndpoint route) => $"{MethodOf(route)} {route.RoutePattern.RawText!["/api/v1".Length..]}";

    private static string WithoutTypes(RouteEndpoint route) => NameOf(route).Replace(":int}", "}", StringComparison.Ordinal).Replace(":long}", "}", StringComparison.Ordinal);
}
