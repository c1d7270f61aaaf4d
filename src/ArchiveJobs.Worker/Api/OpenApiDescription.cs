using System.Globalization;
using ArchiveJobs.Worker.Api.Access;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ArchiveJobs.Worker.Api;

/// <summary>The document at /openapi/v1.json, beyond what the routes say of themselves.</summary>
internal static class OpenApiDescription
{
    private const string Token = "token";

    public static void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = description => description.RelativePath?.StartsWith("api/v1", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "ArchiveJobs", Version = "v1", Description = "Runs, profiles, stores, schedules, messages, alerts and the audit trail of one installation." };
            document.Servers = [];   // The address that was asked is the server.
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
            document.Components.SecuritySchemes[Token] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "archivejobs token create --name NAME --scope read|operate|admin",
            };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            operation.RequestBody?.Content?.Remove(ApiRoutes.AnyType);
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiRight>().LastOrDefault() is { } right)
            {
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Token, context.Document)] = [] }];
                operation.Description = right.NeedsMail ? "Needs the scope admin, or --read-mail." : $"Needs the scope {right.Scope.ToString().ToLowerInvariant()}.";
                operation.Responses ??= [];
                foreach (var (status, what) in new[] { (400, "It cannot be done as it was asked."), (401, "No token that holds."), (403, "The token may not do this."), (404, "There is none.") })
                {
                    operation.Responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse
                    {
                        Description = what, Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["application/problem+json"] = new() },
                    });
                }
            }

            return Task.CompletedTask;
        });
    }
}
