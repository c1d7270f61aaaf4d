using ArchiveJobs.Core.Stores;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Commands;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Api;

internal sealed record StoreBody(string Name, bool ArchiveHere = false);

internal static class StoresApi
{
    public static void MapStores(this IEndpointRouteBuilder api)
    {
        api.MapGet("/stores", ListAsync).For(ApiRight.Read).Tells("listStores", "All stores; numbers=true counts their messages.");
        api.MapPost("/stores", AddAsync).For(ApiRight.Admin).Takes<StoreBody>().Tells("addStore", "Makes a store in the data directory.", StatusCodes.Status201Created);
        api.MapGet("/stores/{id:int}", ShowAsync).For(ApiRight.Read).Tells("getStore", "One store with its numbers.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, IStoreBook book, bool? numbers)
    {
        var listed = new List<System.Text.Json.Nodes.JsonNode>();
        foreach (var store in await book.ListAsync(http.RequestAborted))
        {
            listed.Add(StoreListCommand.ToJson(store, numbers == true ? await StoreListCommand.ReadNumbersAsync(book, store, http.RequestAborted) : null));
        }

        return ApiJson.Page("stores", listed, null);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, IStoreBook book, int id)
    {
        var store = (await book.ListAsync(http.RequestAborted)).FirstOrDefault(one => one.Id == id) ?? throw ApiException.Missing($"store {id}");
        return ApiJson.Answer(StoreListCommand.ToJson(store, await StoreListCommand.ReadNumbersAsync(book, store, http.RequestAborted)));
    }

    private static async Task<IResult> AddAsync(HttpContext http, IStoreBook book)
    {
        var body = await ApiJson.ReadAsync<StoreBody>(http);
        var store = await book.CreateAsync(body.Name, body.ArchiveHere, http.Actor(), http.RequestAborted);
        return ApiJson.Created(http, $"{ApiRoutes.Base}/stores/{store.Id}", StoreListCommand.ToJson(store, null));
    }

    /// <summary>Stores that may be searched and read.</summary>
    /// <param name="wanted">Null for all.</param>
    public static async Task<IReadOnlyList<IArchiveStore>> OpenAsync(HttpContext http, IStoreBook book, int? wanted)
    {
        var opened = new List<IArchiveStore>();
        foreach (var entry in (await book.ListAsync(http.RequestAborted)).Where(store => store.State != "Disabled" && (wanted is null || store.Id == wanted)))
        {
            opened.Add(await book.OpenAsync(entry, http.RequestAborted));
        }

        return opened.Count > 0 || wanted is null ? opened : throw ApiException.Missing($"store {wanted}");
    }
}
