using ArchiveJobs.Core.Sources;
using ArchiveJobs.Dashboard.Model;
using ArchiveJobs.Master;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>Will this work, and what will it do? One page for a new profile and a present one.</summary>
public sealed partial class ProfilePage
{
    private static readonly string[] Kinds = ["imap", "pop3", "mbox", "maildir", "eml"];

    private readonly CancellationTokenSource _left = new();
    private IReadOnlyDictionary<int, string> _names = new Dictionary<int, string>();
    private IReadOnlyList<ProfileMailbox> _accounts = [];
    private ProfileSettings _settings = new();
    private ConnectionTest? _test;
    private string _name = "", _kind = "imap", _host = "", _user = "", _password = "", _owner = "", _path = "", _include = "", _exclude = "", _certificates = "";
    private int _port = 993, _store, _connections = 4;
    private ConnectionSecurity _security = ConnectionSecurity.Tls;
    private bool _ignoreCertificate, _tree, _isBusy, _isMissing;
    private string? _problem;

    [Parameter] public int? Id { get; set; }

    [Inject] internal ProfileReader Profiles { get; set; } = null!;

    [Inject] internal ProfileActions Actions { get; set; } = null!;

    [Inject] internal RunActions Runs { get; set; } = null!;

    [Inject] internal StoreShelf Shelf { get; set; } = null!;

    private bool IsServer => _kind is "imap" or "pop3";

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnParametersSetAsync()
    {
        _names = await Shelf.NamesAsync(_left.Token);
        if (Id is not { } id)
        {
            return;
        }

        if (await Profiles.OpenAsync(id, _left.Token) is not { } opened)
        {
            _isMissing = true;
            return;
        }

        var profile = opened.Profile;
        _settings = profile.Settings;
        _accounts = opened.Accounts;
        (_name, _kind, _store, _connections) = (profile.Name, profile.SourceKind, profile.StoreId ?? 0, profile.Connections);
        (_host, _port, _security, _ignoreCertificate) = (_settings.Host, _settings.Port, _settings.Security, _settings.IgnoreCertificate);
        (_path, _tree, _certificates) = (_settings.Path, _settings.Tree, _settings.TrustedCertificates ?? "");
        (_include, _exclude) = (string.Join('\n', _settings.Include), string.Join('\n', _settings.Exclude));
        if (_accounts is [var only])
        {
            (_user, _owner) = (only.LoginName, opened.Owners.GetValueOrDefault(only.UserId, ""));
        }
    }

    private ProfileDraft Draft => new(
        Id ?? 0, _name.Trim(), _kind,
        _settings with
        {
            Host = IsServer ? _host.Trim() : "",
            Port = IsServer ? _port : 0,
            Security = _security,
            IgnoreCertificate = IsServer && _ignoreCertificate,
            TrustedCertificates = IsServer && _certificates.Trim() is { Length: > 0 } pem ? pem : null,
            Path = IsServer ? "" : _path.Trim(),
            Tree = _kind == "maildir" && _tree,
            Include = Lines(_include),
            Exclude = Lines(_exclude),
        },
        _store == 0 ? null : _store, _connections);

    /// <summary>Null leaves the accounts as they are: there are several, or nothing about the one has changed.</summary>
    private List<AccountDraft>? Accounts
    {
        get
        {
            if (_accounts.Count > 1)
            {
                return null;
            }

            if (!IsServer)
            {
                var owner = _owner.Trim() is { Length: > 0 } named ? named : _name.Trim();
                return [new AccountDraft(owner, null, null, owner)];
            }

            var user = _user.Trim();
            return user.Length == 0 ? [] : [new AccountDraft(user, _password.Length > 0 ? _password : null, null, _owner.Trim() is { Length: > 0 } tree ? tree : user)];
        }
    }

    private void ChangeKind(ChangeEventArgs change)
    {
        _kind = change.Value?.ToString() ?? "imap";
        _test = null;
        _port = ProfileSettings.UsualPort(_kind, _security);
    }

    private void ChangeSecurity(ChangeEventArgs change)
    {
        var wasUsual = _port == ProfileSettings.UsualPort(_kind, _security);
        _security = Enum.Parse<ConnectionSecurity>(change.Value?.ToString() ?? "");
        _port = wasUsual ? ProfileSettings.UsualPort(_kind, _security) : _port;
    }

    private async Task TestAsync()
    {
        _isBusy = true;
        _problem = null;
        try
        {
            var login = _accounts.Count > 1 ? _accounts[0].LoginName : IsServer ? _user.Trim() : _owner;
            _test = await Actions.TestAsync(Draft, login, _password.Length > 0 ? _password : null, _left.Token);
        }
        finally
        {
            _isBusy = false;
        }
    }

    private async Task SaveAsync(bool run)
    {
        var isNewAccount = IsServer && _accounts.Count <= 1 && (_accounts.Count == 0 || _accounts[0].LoginName != _user.Trim());
        if (isNewAccount && _password.Length == 0)
        {
            _problem = T["profile.password-missing"];
            return;
        }

        _problem = await Actions.SaveAsync(Draft, Accounts, _left.Token);
        if (_problem is not null)
        {
            return;
        }

        if (run)
        {
            Navigation.NavigateTo($"runs/{(await Runs.RunProfileAsync(_name.Trim(), _left.Token)).Id}");
            return;
        }

        Snackbar.Add(T.Of("profile.saved", _name.Trim()), Severity.Normal);
        Navigation.NavigateTo("profiles");
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
