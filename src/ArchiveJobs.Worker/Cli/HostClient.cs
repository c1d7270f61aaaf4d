using System.Net.Http.Headers;
using System.Text.Json;

namespace ArchiveJobs.Worker.Cli;

/// <summary>Gives a command line to the running host and shows what it answers.</summary>
internal sealed class HostClient(HostAddress address) : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = Timeout.InfiniteTimeSpan };

    /// <returns>The exit code; null when no host answers at that address.</returns>
    public async Task<int?> RunAsync(CommandRequest request, ICommandOutput output, CancellationToken cancellationToken)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address.Url.TrimEnd('/') + "/command")
        {
            Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, WireJson.Default.CommandRequest)),
        };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", address.Token);
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError)
        {
            return null;
        }

        using (response)
        {
            if (!response.IsSuccessStatusCode)
            {
                throw new CommandException(ExitCodes.NotReachable, $"The host at {address.Url} refused the command ({(int)response.StatusCode}). Is it another installation?");
            }

            return await ShowAsync(response, output, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<int> ShowAsync(HttpResponseMessage response, ICommandOutput output, CancellationToken cancellationToken)
    {
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            using var reader = new StreamReader(body);
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                var shown = JsonSerializer.Deserialize(line, WireJson.Default.CommandEvent)!;
                if (shown.Exit is { } exit)
                {
                    return exit;
                }

                Show(shown, output);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new CommandException(ExitCodes.NotReachable, "The host stopped while the command was running. A run goes on when the host is started again.", e);
        }

        throw new CommandException(ExitCodes.NotReachable, "The host stopped while the command was running. A run goes on when the host is started again.");
    }

    private static void Show(CommandEvent shown, ICommandOutput output)
    {
        switch (shown)
        {
            case { Line: { } line }:
                output.Line(line);
                break;
            case { Error: { } error }:
                output.Error(error);
                break;
            case { Json: { } json }:
                output.Json(json);
                break;
            case { Octets: { } octets }:
                output.Octets(octets);
                break;
            case { Progress: { } progress }:
                output.Progress(progress);
                break;
            case { EndProgress: true }:
                output.EndProgress();
                break;
        }
    }
}
