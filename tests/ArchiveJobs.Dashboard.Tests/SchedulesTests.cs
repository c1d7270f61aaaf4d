using System.Globalization;
using ArchiveJobs.Master;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>The pages of schedules, in a real browser.</summary>
[Trait("Category", "Servers")]
[Collection(nameof(HostWithRoles))]
public sealed class SchedulesTests(HostWithRoles host, Chromium chromium)
{
    [Fact]
    public async Task A_schedule_of_an_odd_interval_shows_its_exact_slots_before_and_after_it_is_saved()
    {
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Administrator));
        await person.GoAsync("/schedules/add");
        await person.FillAsync("Name of the schedule", "odd");
        await person.Page.Locator("#kind").SelectOptionAsync("CheckStorage");
        await person.Page.Locator("#way").SelectOptionAsync("every");
        await person.Page.Locator("#every").FillAsync("90");
        await person.Page.GetByLabel("Unit").First.SelectOptionAsync("s");

        await Expect(person.Page.Locator("#in-words")).ToHaveTextAsync("every 1 min 30 s");
        var slots = await SlotsAsync(person.Page.Locator("#slots time"));
        Assert.Equal(5, slots.Count);
        Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.Equal(TimeSpan.FromSeconds(90), pair.Second - pair.First));
        Assert.Equal(0, slots[0].ToUnixTimeSeconds() % 90);

        await person.Page.Locator("#save").ClickAsync();
        var row = Row(person, "odd");
        await Expect(row).ToContainTextAsync("every 1 min 30 s");
        var listed = await SlotsAsync(row.Locator("td[data-label='Next slots'] time"));
        Assert.All(listed, slot => Assert.Equal(0, slot.ToUnixTimeSeconds() % 90));
        Assert.Empty(person.Troubles);
    }

    [Fact]
    public async Task What_cannot_be_is_said_while_one_types_and_is_not_saved()
    {
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Administrator));
        await person.GoAsync("/schedules/add");
        await person.FillAsync("Name of the schedule", "never");
        await person.Page.Locator("#kind").SelectOptionAsync("CheckStorage");
        await person.Page.Locator("#way").SelectOptionAsync("every");
        await person.Page.Locator("#every").FillAsync("45");
        await person.Page.GetByLabel("Unit").First.SelectOptionAsync("s");
        await Expect(person.Page.Locator("#preview-trouble")).ToHaveTextAsync("An interval is 1 minute to 366 days, in whole seconds.");

        await person.Page.Locator("#save").ClickAsync();
        await Expect(person.Page.Locator("main [role=alert]")).ToContainTextAsync("An interval is 1 minute");
        await person.Page.Locator("#way").SelectOptionAsync("cron");
        await person.Page.Locator("#cron").FillAsync("0 2 30 2 *");
        await Expect(person.Page.Locator("#preview-trouble")).ToContainTextAsync("names no day that exists");
        await person.Page.Locator("#zone").FillAsync("Mars/Olympus");
        await Expect(person.Page.Locator("#preview-trouble")).ToContainTextAsync("This time zone is not known");

        await person.GoAsync("/schedules");
        await Expect(Row(person, "never")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_schedule_in_its_zone_is_paused_resumed_skipped_run_and_removed_and_a_chain_holds_it()
    {
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Administrator));
        await person.GoAsync("/schedules/add");
        await person.FillAsync("Name of the schedule", "nightly");
        await person.Page.Locator("#kind").SelectOptionAsync("VerifyStore");
        await person.Page.Locator("#arg-id").SelectOptionAsync("1");
        await person.Page.Locator("#arg-level").SelectOptionAsync("quick");
        await person.Page.Locator("#cron").FillAsync("30 2 * * *");
        await person.Page.Locator("#zone").FillAsync("Asia/Tokyo");
        await Expect(person.Page.Locator("#in-words")).ToHaveTextAsync("every day at 02:30");
        Assert.All(await SlotsAsync(person.Page.Locator("#slots time")), slot => Assert.Equal(new TimeSpan(17, 30, 0), slot.UtcDateTime.TimeOfDay));   // UTC+9
        await person.Page.Locator("#save").ClickAsync();
        await Expect(Row(person, "nightly")).ToContainTextAsync("30 2 * * * · Asia/Tokyo");

        await person.GoAsync("/schedules/add");
        await person.FillAsync("Name of the schedule", "follower");
        await person.Page.Locator("#kind").SelectOptionAsync("VerifyAudit");
        await person.Page.Locator("#way").SelectOptionAsync("after");
        await Expect(person.Page.Locator("#after")).ToBeVisibleAsync();
        await person.Page.Locator("#after").SelectOptionAsync("nightly");
        await person.Page.Locator("#save").ClickAsync();
        await Expect(Row(person, "follower")).ToContainTextAsync("after each good run of “nightly”");

        var row = Row(person, "nightly");
        await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Skip next" }).ClickAsync();
        await Expect(row).ToContainTextAsync("will be skipped");
        await row.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Pause…" }).ClickAsync();
        await person.PressAsync("Pause schedule");
        await Expect(row.Locator(".aj-st").First).ToHaveTextAsync("Paused");
        await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Resume" }).ClickAsync();
        await Expect(row.Locator(".aj-st").First).ToHaveTextAsync("Enabled");
        await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Run now" }).ClickAsync();
        await Expect(row).ToContainTextAsync("Succeeded");
        await Expect(Row(person, "follower")).ToContainTextAsync("Succeeded");   // It follows by itself.

        await row.GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Remove…" }).ClickAsync();
        await person.PressAsync("Remove schedule");
        await Expect(person.Page.Locator("main [role=alert]")).ToContainTextAsync("follower runs after it");
        await RemoveAsync(person, "follower");
        await RemoveAsync(person, "nightly");
        Assert.Empty(person.Troubles);
    }

    [Fact]
    public async Task Who_may_only_read_sees_schedules_without_buttons_and_no_form()
    {
        await using var person = await chromium.LogInAsync(host.Url, nameof(LoginRole.Auditor));

        await person.GoAsync("/schedules");
        await Expect(person.Page.Locator("main button")).ToHaveCountAsync(0);
        await person.Page.GotoAsync("/schedules/add");

        await Expect(person.Page.Locator("#save")).ToHaveCountAsync(0);
    }

    private static async Task RemoveAsync(Person person, string name)
    {
        await Row(person, name).GetByRole(AriaRole.Link, new LocatorGetByRoleOptions { Name = "Remove…" }).ClickAsync();
        await person.PressAsync("Remove schedule");
        await Expect(Row(person, name)).ToHaveCountAsync(0);
    }

    private static ILocator Row(Person person, string name) => person.Page.Locator("tbody tr").Filter(new LocatorFilterOptions { Has = person.Page.Locator($"b bdi:text-is('{name}')") });

    private static async Task<List<DateTimeOffset>> SlotsAsync(ILocator times)
    {
        await Expect(times.First).ToBeVisibleAsync();
        var slots = new List<DateTimeOffset>();
        foreach (var time in await times.AllAsync())
        {
            slots.Add(DateTimeOffset.Parse((await time.GetAttributeAsync("datetime"))!, CultureInfo.InvariantCulture));
        }

        return slots;
    }
}
