using System.Text.Json.Nodes;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Paths;
using ArchiveJobs.Scheduling.Runs;
using ArchiveJobs.Worker.Api.Access;
using ArchiveJobs.Worker.Commands;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Api;

/// <summary>One account of a profile.</summary>
/// <param name="Password">Left out: the present one stays.</param>
/// <param name="ArchiveUser">Whose tree in the archive is filled; left out: the user.</param>
internal sealed record MailboxBody(string User, string? Password = null, string? Address = null, string? ArchiveUser = null);

/// <summary>What is left out of a change stays as it is.</summary>
internal sealed record ProfileBody
{
    public string? Name { get; init; }

    /// <summary>imap, pop3, mbox, maildir or eml.</summary>
    public string? Source { get; init; }

    public string? Host { get; init; }

    public int? Port { get; init; }

    /// <summary>none, starttls or tls.</summary>
    public string? Security { get; init; }

    public bool? IgnoreCertificate { get; init; }

    /// <summary>PEM text of certificates trusted beside the system's.</summary>
    public string? CaCertificates { get; init; }

    /// <summary>File or directory on the host, below an allowed root; for file sources.</summary>
    public string? Path { get; init; }

    public bool? Tree { get; init; }

    public bool? Mboxrd { get; init; }

    public string[]? Include { get; init; }

    public string[]? Exclude { get; init; }

    /// <summary>Number of a store; left out: the one that takes new mail.</summary>
    public int? Store { get; init; }

    /// <summary>1 to 32.</summary>
    public int? Connections { get; init; }

    public int? TimeoutSeconds { get; init; }

    /// <summary>All accounts of the profile.</summary>
    public MailboxBody[]? Mailboxes { get; init; }
}

internal static class ProfilesApi
{
    private static readonly string[] Kinds = ["imap", "pop3", "mbox", "maildir", "eml"];

    public static void MapProfiles(this IEndpointRouteBuilder api)
    {
        api.MapGet("/profiles", ListAsync).For(ApiRight.Read).Tells("listProfiles", "All profiles, by name.");
        api.MapPost("/profiles", AddAsync).For(ApiRight.Admin).Takes<ProfileBody>().Tells("addProfile", "Adds a profile.", StatusCodes.Status201Created);
        api.MapGet("/profiles/{name}", ShowAsync).For(ApiRight.Read).Tells("getProfile", "One profile.");
        api.MapPatch("/profiles/{name}", ChangeAsync).For(ApiRight.Admin).Takes<ProfileBody>().Tells("changeProfile", "Changes what is given; runs that wait for it go on.");
        api.MapDelete("/profiles/{name}", RemoveAsync).For(ApiRight.Admin).Tells("removeProfile", "Removes it; what it has archived stays.");
    }

    private static async Task<IResult> ListAsync(HttpContext http, ProfileBook book) =>
        ApiJson.Page("profiles", (await book.ListAsync(http.RequestAborted)).Select(ProfileListCommand.ToJson), null);

    private static async Task<IResult> ShowAsync(HttpContext http, ProfileBook book, string name) => ApiJson.Answer(ProfileListCommand.ToJson(await FindAsync(http, book, name)));

    private static async Task<IResult> AddAsync(HttpContext http, ProfileBook book, IProfileDesk desk, IStoreBook stores, PathRules paths)
    {
        var body = await ApiJson.ReadAsync<ProfileBody>(http);
        var kind = KindOf(body) ?? throw ApiException.Refused("source is missing: imap, pop3, mbox, maildir or eml.");
        var name = body.Name?.Trim() ?? throw ApiException.Refused("name is missing.");
        var draft = new ProfileDraft(0, name, kind, Apply(new ProfileSettings(), kind, body, paths), await StoreAsync(http, stores, body.Store), Connections(body) ?? 4);
        var accounts = AccountsOf(body) ?? (kind is "imap" or "pop3" ? [] : [new AccountDraft(name, null, null, name)]);
        await SaveAsync(http, desk, draft, accounts);
        return ApiJson.Created(http, $"{ApiRoutes.Base}/profiles/{Uri.EscapeDataString(name)}", ProfileListCommand.ToJson(await FindAsync(http, book, name)));
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, ProfileBook book, IProfileDesk desk, IStoreBook stores, IRunService runs, PathRules paths, string name)
    {
        var body = await ApiJson.ReadAsync<ProfileBody>(http);
        var entry = await FindAsync(http, book, name);
        var present = entry.Profile;
        if (body.Name is not null && body.Name != present.Name)
        {
            throw ApiException.Refused("A profile keeps its name: schedules and runs call it by that.");
        }

        var kind = KindOf(body) ?? present.SourceKind;
        var draft = new ProfileDraft(
            present.Id, present.Name, kind, Apply(present.Settings, kind, body, paths), await StoreAsync(http, stores, body.Store) ?? present.StoreId, Connections(body) ?? present.Connections);
        await SaveAsync(http, desk, draft, AccountsOf(body));
        await ProfileSetCommand.ReleaseAsync(runs, present.Name, http.Actor(), http.RequestAborted);
        return ApiJson.Answer(ProfileListCommand.ToJson(await FindAsync(http, book, present.Name)));
    }

    private static async Task<IResult> RemoveAsync(HttpContext http, ProfileBook book, string name)
    {
        var entry = await FindAsync(http, book, name);
        await book.RemoveAsync(entry.Profile.Id, http.Actor(), http.RequestAborted);
        return ApiJson.Answer(new JsonObject { ["id"] = entry.Profile.Id, ["removed"] = true });
    }

    private static async Task SaveAsync(HttpContext http, IProfileDesk desk, ProfileDraft draft, IReadOnlyList<AccountDraft>? accounts)
    {
        if (await desk.SaveAsync(draft, accounts, http.Actor(), http.RequestAborted) is { } mistake)
        {
            throw ApiException.Refused(mistake);
        }
    }

    private static async Task<ProfileEntry> FindAsync(HttpContext http, ProfileBook book, string name) =>
        (await book.ListAsync(http.RequestAborted)).FirstOrDefault(entry => string.Equals(entry.Profile.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw ApiException.Missing($"profile {name}");

    private static async Task<int?> StoreAsync(HttpContext http, IStoreBook stores, int? store) =>
        store is null || (await stores.ListAsync(http.RequestAborted)).Any(one => one.Id == store) ? store : throw ApiException.Refused($"There is no store {store}.");

    private static string? KindOf(ProfileBody body) => body.Source is null || Kinds.Contains(body.Source)
        ? body.Source
        : throw ApiException.Refused($"source {body.Source} is not known: {string.Join(", ", Kinds)}.");

    private static int? Connections(ProfileBody body) => body.Connections is null or (>= 1 and <= 32) ? body.Connections : throw ApiException.Refused("connections is 1 to 32.");

    private static List<AccountDraft>? AccountsOf(ProfileBody body) =>
        body.Mailboxes?.Select(mailbox => new AccountDraft(mailbox.User, mailbox.Password, mailbox.Address, mailbox.ArchiveUser ?? mailbox.User)).ToList();

    private static ProfileSettings Apply(ProfileSettings settings, string kind, ProfileBody body, PathRules paths)
    {
        var security = ApiWords.Security(body.Security) ?? settings.Security;
        var usesUsualPort = settings.Port == 0 || settings.Port == ProfileSettings.UsualPort(kind, settings.Security);
        return settings with
        {
            Host = body.Host ?? settings.Host,
            Security = security,
            Port = body.Port ?? (usesUsualPort ? ProfileSettings.UsualPort(kind, security) : settings.Port),
            IgnoreCertificate = body.IgnoreCertificate ?? settings.IgnoreCertificate,
            TrustedCertificates = ApiWords.Certificates(body.CaCertificates) ?? settings.TrustedCertificates,
            Path = body.Path is { } path && path != settings.Path ? paths.Check(path) : settings.Path,
            Tree = body.Tree ?? settings.Tree,
            UnquoteMboxrd = body.Mboxrd ?? settings.UnquoteMboxrd,
            Include = body.Include ?? settings.Include,
            Exclude = body.Exclude ?? settings.Exclude,
            TimeoutSeconds = body.TimeoutSeconds is { } seconds ? Math.Clamp(seconds, 1, 3600) : settings.TimeoutSeconds,
        };
    }
}
