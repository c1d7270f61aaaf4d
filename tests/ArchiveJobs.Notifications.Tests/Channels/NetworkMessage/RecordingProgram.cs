namespace ArchiveJobs.Notifications.Tests.Channels.NetworkMessage;

/// <summary>Stands in for msg: keeps its arguments, a line each, and its standard input.</summary>
internal sealed class RecordingProgram : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("aj-msg-").FullName;

    public RecordingProgram(int exitCode = 0, string words = "", bool hangs = false)
    {
        Path = System.IO.Path.Combine(_home, "msg");
        File.WriteAllText(Path, $"""
            #!/bin/sh
            count=$(ls "{_home}" | grep -c arguments)
            {(hangs ? "exec sleep 600" : "")}
            cat > "{_home}/input.$count"
            for argument in "$@"; do printf '%s\n' "$argument" >> "{_home}/arguments.$count"; done
            printf '%s' '{words}' >&2
            exit {exitCode}

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }

    public string Path { get; }

    /// <summary>The arguments of each call.</summary>
    public IReadOnlyList<string[]> Calls => [.. Directory.GetFiles(_home, "arguments.*").Order(StringComparer.Ordinal).Select(File.ReadAllLines)];

    /// <summary>What each call got on its standard input.</summary>
    public IReadOnlyList<byte[]> Inputs => [.. Directory.GetFiles(_home, "input.*").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
