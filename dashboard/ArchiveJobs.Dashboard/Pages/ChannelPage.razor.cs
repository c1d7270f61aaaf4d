using System.Globalization;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Dashboard.Model;
using Microsoft.AspNetCore.Components;
using MimeKit;
using MudBlazor;

namespace ArchiveJobs.Dashboard.Pages;

/// <summary>Where alerts go. One page for a new channel and a present one; a password is never shown again.</summary>
public sealed partial class ChannelPage
{
    private static readonly string[] Kinds = ["smtp", "network-message", "pickup"];

    private readonly CancellationTokenSource _left = new();
    private BoardChannel? _present;
    private List<string> _problems = [];
    private string _kind = "smtp", _name = "", _language = "en", _host = "", _port = "587", _user = "", _password = "", _from = "", _to = "", _certificates = "";
    private string _server = "", _receiver = "", _directory = "";
    private ConnectionSecurity _security = ConnectionSecurity.StartTls;
    private bool _isMissing, _isBusy;

    [Parameter] public int? Id { get; set; }

    [Inject] internal IAlertBoard Board { get; set; } = null!;

    [Inject] internal AlertActions Actions { get; set; } = null!;

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        _language = Text.Words.Language;
        if (Id is not { } id)
        {
            return;
        }

        _present = (await Board.ListChannelsAsync(_left.Token)).FirstOrDefault(channel => channel.Id == id);
        if (_present is not { } present)
        {
            _isMissing = true;
            return;
        }

        (_kind, _name, _language) = (present.Kind, present.Name, present.Language);
        if (present.Draft is { } draft)
        {
            (_host, _security, _from, _to, _certificates) = (draft.Host, draft.Security, draft.From, string.Join('\n', draft.To), draft.TrustedCertificates ?? "");
            _port = draft.Port.ToString(CultureInfo.InvariantCulture);
            (_user, _receiver) = (draft.User ?? "", draft.User ?? "");
            (_server, _directory) = (draft.Server, draft.Directory);
        }
    }

    private static int UsualPort(ConnectionSecurity security) => security switch { ConnectionSecurity.None => 25, ConnectionSecurity.Tls => 465, _ => 587 };

    private string[] Recipients => _to.Split(['\n', ';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private ChannelDraft Draft => new(_kind, _name.Trim(), _language)
    {
        Host = _host.Trim(), Port = int.TryParse(_port, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0, Security = _security,
        User = _kind == "smtp" ? (_user.Trim() is { Length: > 0 } user ? user : null) : _receiver.Trim(),
        Password = _password.Length > 0 ? _password : null, From = _from.Trim(), To = Recipients,
        TrustedCertificates = _certificates.Trim() is { Length: > 0 } pem ? pem : null, Server = _server.Trim(), Directory = _directory.Trim(),
    };

    private void ChangeSecurity(ChangeEventArgs change)
    {
        var wasUsual = _port == UsualPort(_security).ToString(CultureInfo.InvariantCulture);
        _security = Enum.Parse<ConnectionSecurity>(change.Value?.ToString() ?? "");
        _port = wasUsual ? UsualPort(_security).ToString(CultureInfo.InvariantCulture) : _port;
    }

    private async Task SaveAsync()
    {
        _isBusy = true;
        try
        {
            var draft = Draft;
            _problems = [.. await ProblemsAsync(draft)];
            if (_problems.Count == 0 && await Actions.SaveAsync(Id, draft, _left.Token) is { } refused)
            {
                _problems = [refused];
            }

            if (_problems.Count == 0)
            {
                Snackbar.Add(T["channel.saved"], Severity.Normal);
                Navigation.NavigateTo("alerts");
            }
        }
        finally
        {
            _isBusy = false;
        }
    }

    /// <summary>What can be said in the language of the reader before the service is asked, which checks all of it again.</summary>
    private async Task<List<string>> ProblemsAsync(ChannelDraft draft)
    {
        var problems = new List<string>();
        var others = (await Board.ListChannelsAsync(_left.Token)).Where(other => other.Id != Id);
        Add(draft.Name.Any(char.IsControl) || (Id is not null && draft.Name.Length == 0), "channel.bad-name");
        if (others.Any(other => other.Name == draft.Name))
        {
            problems.Add(T.Of("channel.taken", draft.Name));
        }

        switch (_kind)
        {
            case "smtp":
                CheckMail(draft, problems);
                break;
            case "network-message":
                Add(draft.Server.Length == 0 || draft.Server.Any(char.IsWhiteSpace), "channel.bad-server");
                Add(draft.User is not { Length: > 0 }, "channel.bad-receiver");
                break;
            default:
                Add(!Path.IsPathFullyQualified(draft.Directory), "channel.bad-directory");
                break;
        }

        return problems;

        void Add(bool isWrong, string key)
        {
            if (isWrong)
            {
                problems.Add(T[key]);
            }
        }
    }

    private void CheckMail(ChannelDraft draft, List<string> problems)
    {
        if (draft.Host.Length == 0 || draft.Host.Any(char.IsWhiteSpace))
        {
            problems.Add(T["channel.bad-host"]);
        }

        if (draft.Port is < 1 or > 65535)
        {
            problems.Add(T["channel.bad-port"]);
        }

        if (draft.To.Count == 0)
        {
            problems.Add(T["channel.no-recipient"]);
        }

        problems.AddRange(draft.To.Prepend(draft.From).Where(address => !IsAddress(address)).Select(address => T.Of("channel.bad-address", address)));
        if (draft.User is not null && draft.Password is null && !KeepsPassword(draft))
        {
            problems.Add(T[_present?.HasPassword == true ? "channel.password-again" : "profile.password-missing"]);
        }
    }

    /// <summary>A password that is kept never goes to a server that was only typed in.</summary>
    private bool KeepsPassword(ChannelDraft draft) => _present is { HasPassword: true, Draft: { } saved }
        && (saved.Host, saved.Port, saved.Security, saved.User, saved.TrustedCertificates) == (draft.Host, draft.Port, draft.Security, draft.User, draft.TrustedCertificates);

    private static bool IsAddress(string text) =>
        MailboxAddress.TryParse(text, out var address) && address.Address.Contains('@', StringComparison.Ordinal) && !text.Any(char.IsControl);
}
