using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Cli;

/// <summary>How commands find a running host: <c>run/host.json</c>, readable by its owner only.</summary>
/// <param name="Url">Loopback address.</param>
/// <param name="ProcessId">Of the host.</param>
/// <param name="BootId">Names this start of the host; a file left behind by a crash names another.</param>
/// <param name="Token">Shown by commands; whoever can read the file may give commands.</param>
internal sealed record HostAddress(string Url, int ProcessId, Guid BootId, string Token)
{
    /// <summary>Where browsers of other machines reach it; null when https is off.</summary>
    public string? SecureUrl { get; init; }

    public static HostAddress ForThisProcess(string url) =>
        new(url, Environment.ProcessId, Guid.NewGuid(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));

    /// <summary>Null when no host has written one, or the one that did is dead.</summary>
    public static HostAddress? Read(DataDirectory data)
    {
        try
        {
            var address = JsonSerializer.Deserialize(File.ReadAllBytes(data.HostFile), WireJson.Default.HostAddress);
            return address is not null && IsAlive(address.ProcessId) ? address : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Written beside and renamed, so that no reader sees half of it.</summary>
    public void Write(DataDirectory data)
    {
        var temporary = data.HostFile + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            JsonSerializer.Serialize(file, this, WireJson.Default.HostAddress);
        }

        File.Move(temporary, data.HostFile, overwrite: true);
    }

    public static void Remove(DataDirectory data) => File.Delete(data.HostFile);

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
