using Microsoft.Playwright;

namespace ArchiveJobs.Dashboard.Tests;

/// <summary>Somebody at a window of their own.</summary>
public sealed class Person : IAsyncDisposable
{
    private readonly List<string> _troubles = [];

    internal Person(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => _troubles.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
            {
                _troubles.Add($"{message.Text} ({message.Location})");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>What the browser complained about: errors of scripts, refused loads.</summary>
    public IReadOnlyList<string> Troubles => _troubles;

    /// <summary>The heading of the page.</summary>
    public ILocator Heading => Page.Locator("main h1");

    public ILocator State => Page.Locator(".aj-head .aj-st");

    public async Task LogInAsync(string name, string password)
    {
        await Page.GotoAsync("/login");
        await Page.Locator("#name").FillAsync(name);
        await Page.Locator("#password").FillAsync(password);
        await Page.Locator(".aj-plain-form button").ClickAsync();
        await Page.WaitForURLAsync(url => !url.EndsWith("/login", StringComparison.Ordinal));
    }

    /// <summary>Opens a page and waits until it hears clicks.</summary>
    public async Task GoAsync(string path)
    {
        await Page.GotoAsync(path);
        await LiveAsync();
    }

    /// <summary>Waits until the page is connected: what is typed or pressed before is lost.</summary>
    public Task LiveAsync() => Page.Locator("main[data-live=true]").WaitForAsync();

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = name, Exact = true });

    public Task PressAsync(string button) => Button(button).ClickAsync();

    public Task FillAsync(string label, string text) => Page.GetByLabel(label, new PageGetByLabelOptions { Exact = true }).FillAsync(text);

    /// <summary>Waits until the state of the shown run is this.</summary>
    public Task UntilStateAsync(string state) => Assertions.Expect(State).ToHaveTextAsync(state, new LocatorAssertionsToHaveTextOptions { Timeout = 120_000 });

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();
}
