using ArchiveJobs.Worker.Composition;

namespace ArchiveJobs.Worker.Cli;

/// <summary>All that a command sees of the world.</summary>
internal sealed class CommandContext(ICommandOutput output, Caller caller, bool isJson, DataDirectory data, ICommandServices services)
{
    public ICommandOutput Output { get; } = output;

    public Caller Caller { get; } = caller;

    /// <summary>The caller wants one JSON document.</summary>
    public bool IsJson { get; } = isJson;

    public DataDirectory Data { get; } = data;

    public ICommandServices Services { get; } = services;

    public T Get<T>()
        where T : notnull => Services.Provider.GetRequiredService<T>();

    public void Line(string text = "") => Output.Line(text);
}

/// <summary>The rooms, as far as a command needs them.</summary>
internal interface ICommandServices
{
    /// <summary>True in a running host; false in a process that ends with its command.</summary>
    bool IsHost { get; }

    /// <summary>Made at the first use.</summary>
    IServiceProvider Provider { get; }

    /// <summary>Sees to it that runs are carried out in this process. Does nothing in a host.</summary>
    /// <exception cref="CommandException">Another process has the data directory.</exception>
    Task StartJobsAsync(CancellationToken cancellationToken);
}
