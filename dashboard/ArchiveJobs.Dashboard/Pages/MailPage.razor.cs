using ArchiveJobs.Core;
using ArchiveJobs.Dashboard.Access;
using ArchiveJobs.Dashboard.Reading;
using Microsoft.AspNetCore.Components;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>Find that mail and prove it is the original. Query, page, message and view are in the URL.</summary>
public sealed partial class MailPage
{
    private readonly CancellationTokenSource _left = new();
    private string _text = "";
    private FoundPage? _page;
    private ReadMessage? _mail;
    private string? _source, _refused;
    private (string?, string?, int?) _found;

    [SupplyParameterFromQuery] public string? Q { get; set; }

    /// <summary>The message that is read: number of its store and its SHA-256.</summary>
    [SupplyParameterFromQuery] public string? M { get; set; }

    [SupplyParameterFromQuery] public string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "view")] public string? WantedView { get; set; }

    [SupplyParameterFromQuery] public int? Page { get; set; }

    [Inject] internal MailSearch Search { get; set; } = null!;

    [Inject] internal MessageReader Reader { get; set; } = null!;

    [Inject] internal MailAudit Audit { get; set; } = null!;

    [Inject] internal Guard Guard { get; set; } = null!;

    private string View => WantedView is "text" or "source" ? WantedView : _mail?.Html is null ? "text" : "html";

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        var person = await Guard.RequireAsync(Rights.ReadMail, _left.Token);
        _text = Q ?? "";
        await FindAsync();
        await ReadAsync(person.Name);
    }

    private async Task FindAsync()
    {
        if (string.IsNullOrWhiteSpace(Q))
        {
            (_page, _refused) = (null, null);
            return;
        }

        if (_page is not null && _found == (Q, Sort, Page))
        {
            return;   // Another message of the same page was chosen.
        }

        _found = (Q, Sort, Page);
        try
        {
            _page = await Search.FindAsync(Q, (Math.Max(1, Page ?? 1) - 1) * MailSearch.PageSize, Sort is null, _left.Token);
            _refused = null;
        }
        catch (ArchiveException e)
        {
            (_page, _refused) = (null, $"{T.What(e.Situation)} {T.ToDo(e.Situation)}");
        }
    }

    private async Task ReadAsync(string person)
    {
        var parts = M?.Split('-') ?? [];
        if (parts.Length != 2 || !int.TryParse(parts[0], out var store) || !ContentId.TryParse(parts[1], out var id))
        {
            _mail = null;
            return;
        }

        if (_mail?.Summary.Id != id || _mail.Store.Id != store)
        {
            var mail = await Reader.ReadAsync(store, id, _left.Token);
            if (mail is not null)
            {
                await Audit.ReadAsync(person, store, id, _left.Token);
            }

            _mail = mail;
        }

        _source = View == "source" ? await Reader.ReadSourceAsync(store, id, _left.Token) : null;
    }

    private static readonly string Keep = new('\0', 1);

    /// <summary>What is not given stays as the URL says; null takes it out.</summary>
    private string Url(string? q = "\0", string? m = "\0", string? sort = "\0", string? view = "\0", int? page = -1) =>
        Navigation.GetUriWithQueryParameters("search", new Dictionary<string, object?>
        {
            ["q"] = q == Keep ? Q : q,
            ["m"] = m == Keep ? M : m,
            ["sort"] = sort == Keep ? Sort : sort,
            ["view"] = view == Keep ? WantedView : view,
            ["page"] = page == -1 ? Page : page,
        });
}
