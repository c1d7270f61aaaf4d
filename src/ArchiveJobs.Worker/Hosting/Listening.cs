using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ArchiveJobs.Worker.Cli;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ArchiveJobs.Worker.Hosting;

/// <summary>Where a host listens.</summary>
/// <param name="Plain">http, at least one that this machine itself reaches: commands use it.</param>
/// <param name="Secure">https; none when it is off.</param>
/// <param name="IsSecureChosen">False when nobody has chosen where https listens: then it may be left out.</param>
internal sealed record Listening(IReadOnlyList<BindingAddress> Plain, IReadOnlyList<BindingAddress> Secure, bool IsSecureChosen)
{
    public const string DefaultPlain = "http://127.0.0.1:8461";
    public const string DefaultSecure = "https://*:8462";

    public static Listening OnlyPlain(string urls) => Parse(urls, "off");

    /// <param name="urls">Addresses, several with ; between them.</param>
    /// <param name="https">off, a port, addresses, or null: the usual one, unless <paramref name="urls"/> has an https address.</param>
    /// <exception cref="CommandException">It cannot be understood.</exception>
    public static Listening Parse(string urls, string? https)
    {
        var given = Split(urls);
        var isOff = string.Equals(https, "off", StringComparison.OrdinalIgnoreCase);
        var chosen = https is null || isOff ? []
            : ushort.TryParse(https, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? Split(string.Create(CultureInfo.InvariantCulture, $"https://*:{port}"))
            : Split(https);
        if (chosen.Exists(address => !IsSecure(address)))
        {
            throw CommandException.Usage($"--https takes a port, https addresses or off, not {https}.");
        }

        var secure = given.Where(IsSecure).Concat(chosen).ToList();
        if (isOff && secure.Count > 0)
        {
            throw CommandException.Usage("--urls has an https address, and --https says off.");
        }

        var plain = given.Where(address => !IsSecure(address)).ToList();
        if (!plain.Exists(ReachesThisMachine))
        {
            plain.Add(BindingAddress.Parse("http://127.0.0.1:0"));
        }

        return secure.Count > 0 || isOff ? new Listening(plain, secure, true) : new Listening(plain, Split(DefaultSecure), false);
    }

    /// <summary>Names in the addresses, which the host answers to.</summary>
    public IEnumerable<string> HostNames => Plain.Concat(Secure).Select(address => address.Host.Trim('[', ']')).Where(host => host is not ("*" or "+" or "0.0.0.0" or "::"));

    /// <summary>http that others in the network can reach.</summary>
    public IEnumerable<BindingAddress> OpenPlain => Plain.Where(address => !IsLoopback(address));

    public Listening WithoutHttps() => this with { Secure = [] };

    /// <summary>Null when nothing listens there now.</summary>
    public static SocketException? Try(BindingAddress address)
    {
        var ip = AddressOf(address) ?? (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any);
        using var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (ip.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(ip, address.Port));
            return null;
        }
        catch (SocketException e)
        {
            return e;
        }
    }

    public void Apply(KestrelServerOptions kestrel, Action<ListenOptions> withTls)
    {
        foreach (var address in Plain)
        {
            Listen(kestrel, address, _ => { });
        }

        foreach (var address in Secure)
        {
            Listen(kestrel, address, withTls);
        }
    }

    private static void Listen(KestrelServerOptions kestrel, BindingAddress address, Action<ListenOptions> configure)
    {
        if (address.Host == "localhost" && address.Port != 0)
        {
            kestrel.ListenLocalhost(address.Port, configure);
        }
        else if (AddressOf(address) is { } ip)
        {
            kestrel.Listen(ip, address.Port, configure);
        }
        else
        {
            kestrel.ListenAnyIP(address.Port, configure);   // *, + and names, as every server of ASP.NET Core takes them.
        }
    }

    private static List<BindingAddress> Split(string urls)
    {
        try
        {
            return [.. urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(BindingAddress.Parse).Select(Checked)];
        }
        catch (FormatException)
        {
            throw CommandException.Usage($"{urls} is no address to listen on; give for example {DefaultPlain}.");
        }
    }

    private static BindingAddress Checked(BindingAddress address) =>
        address.Scheme is "http" or "https" && !address.IsUnixPipe && address.PathBase.Length == 0 ? address : throw new FormatException();

    private static bool IsSecure(BindingAddress address) => address.Scheme == "https";

    private static IPAddress? AddressOf(BindingAddress address) =>
        address.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) ? ip : null;

    private static bool IsLoopback(BindingAddress address) => AddressOf(address) is { } ip && IPAddress.IsLoopback(ip);

    private static bool ReachesThisMachine(BindingAddress address) =>
        AddressOf(address) is not { } ip || IPAddress.IsLoopback(ip) || ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);
}
