using System.Globalization;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Master;
using ArchiveJobs.TestKit.Servers;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>The pages of alerts, in a real browser, with a real mail server.</summary>
[Trait("Category", "Servers")]
[Collection(nameof(HostWithRoles))]
public sealed class AlertsTests(HostWithRoles host, Chromium chromium)
{
    private const string Password = "spring-rain-77";

    [Fact]
    public async Task A_channel_that_is_added_sends_a_test_mail_encrypted_and_with_its_login()
    {
        await using var server = await SmtpReceiver.StartAsync(new SmtpReceiverOptions { Security = ConnectionSecurity.StartTls, Login = ("archive", Password) });
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Administrator));

        await AddMailAsync(person, "duty", server, Password);
        await Channel(person, "duty").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Send test mail" }).ClickAsync();

        await Expect(Channel(person, "duty").GetByRole(AriaRole.Status)).ToContainTextAsync("was accepted");
        var mail = Assert.Single(server.Mails);
        Assert.Equal(("archive", "archive@example.jp", "admin@example.jp, mori@example.jp"), (mail.Login, mail.From, string.Join(", ", mail.To)));
        Assert.NotNull(mail.TlsVersion);
        Assert.DoesNotContain(Password, await person.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(person.Troubles);
    }

    [Fact]
    public async Task A_wrong_password_is_said_beside_the_button_and_does_not_go_to_another_server()
    {
        await using var server = await SmtpReceiver.StartAsync(new SmtpReceiverOptions { Security = ConnectionSecurity.StartTls, Login = ("archive", Password) });
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Administrator));

        await AddMailAsync(person, "wrong", server, "not-the-password");
        await Channel(person, "wrong").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Send test mail" }).ClickAsync();
        await Expect(Channel(person, "wrong").GetByRole(AriaRole.Status)).ToContainTextAsync("The server does not accept the user name or password.");
        Assert.Empty(server.Mails);

        await Channel(person, "wrong").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Edit" }).ClickAsync();
        await Expect(person.Page.Locator("#host")).ToHaveValueAsync(server.Host);
        await Expect(person.Page.Locator("#password")).ToHaveValueAsync("");
        await person.Page.Locator("#host").FillAsync("mail.stranger.example");
        await person.Page.Locator("#save").ClickAsync();

        await Expect(person.Page.Locator("main [role=alert]")).ToHaveTextAsync("The server or user is different: enter the password again.");
    }

    [Fact]
    public async Task What_cannot_be_used_is_named_all_at_once_in_the_language_of_the_reader()
    {
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Administrator), locale: "ja-JP");
        await person.GoAsync("/alerts/channels/add");
        await person.Page.Locator("#port").FillAsync("70000");
        await person.Page.Locator("#from").FillAsync("nobody");

        await person.Page.Locator("#save").ClickAsync();

        await Expect(person.Page.Locator("main [role=alert]").Locator("p")).ToHaveTextAsync(
        [
            "メールサーバー名を空白なしで入力してください。", "ポートは1〜65535の数値で入力してください。", "宛先を1件以上入力してください。", "「nobody」はメールアドレスではありません。",
        ]);
    }

    [Fact]
    public async Task A_channel_is_switched_off_and_removed_after_a_question()
    {
        await using var server = await SmtpReceiver.StartAsync();
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Administrator));
        await AddMailAsync(person, "spare", server, null);

        await Channel(person, "spare").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Disable" }).ClickAsync();
        await Expect(Channel(person, "spare").Locator(".aj-st")).ToHaveTextAsync("Disabled");
        await Channel(person, "spare").GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Remove…" }).ClickAsync();
        await person.PressAsync("Remove channel");

        await Expect(Channel(person, "spare")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_may_only_read_sees_alerts_without_buttons_and_no_form()
    {
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Auditor));

        await person.GoAsync("/alerts");
        await Expect(person.Page.Locator("main button")).ToHaveCountAsync(0);
        await person.Page.GotoAsync("/alerts/channels/add");

        await Expect(person.Page.Locator("#save")).ToHaveCountAsync(0);
    }

    private static async Task AddMailAsync(Person person, string name, SmtpReceiver server, string? password)
    {
        await person.GoAsync("/alerts/channels/add");
        await person.Page.Locator("#name").FillAsync(name);
        await person.Page.Locator("#host").FillAsync(server.Host);
        await person.Page.Locator("#security").SelectOptionAsync(password is null ? nameof(ConnectionSecurity.None) : nameof(ConnectionSecurity.StartTls));
        await person.Page.Locator("#port").FillAsync(server.Port.ToString(CultureInfo.InvariantCulture));
        if (password is not null)
        {
            await person.Page.Locator("#user").FillAsync("archive");
            await person.Page.Locator("#password").FillAsync(password);
        }

        await person.Page.Locator("#from").FillAsync("archive@example.jp");
        await person.Page.Locator("#to").FillAsync("admin@example.jp\nmori@example.jp");
        await person.Page.Locator("#ca").FillAsync(server.CertificatePem);
        await person.Page.Locator("#save").ClickAsync();
        await Expect(Channel(person, name)).ToHaveCountAsync(1);
    }

    private static ILocator Channel(Person person, string name) => person.Page.Locator(".aj-channel").Filter(new LocatorFilterOptions { Has = person.Page.Locator($"b bdi:text-is('{name}')") });
}
