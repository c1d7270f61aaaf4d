using System.Net;
using System.Net.Sockets;
using ArchiveJobs.Worker.Certificates;
using ArchiveJobs.Worker.Cli;
using ArchiveJobs.Worker.Hosting;
using Microsoft.AspNetCore.Http;

namespace ArchiveJobs.Worker.Tests.Certificates;

public sealed class ListeningTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8461", null, "http://127.0.0.1:8461", "https://*:8462", false)]
    [InlineData("http://127.0.0.1:8461", "off", "http://127.0.0.1:8461", "", true)]
    [InlineData("http://127.0.0.1:8461", "9443", "http://127.0.0.1:8461", "https://*:9443", true)]
    [InlineData("http://127.0.0.1:0;https://127.0.0.1:0", null, "http://127.0.0.1:0", "https://127.0.0.1:0", true)]
    [InlineData("https://*:443", null, "http://127.0.0.1:0", "https://*:443", true)]
    [InlineData("http://192.0.2.1:80", "off", "http://192.0.2.1:80 http://127.0.0.1:0", "", true)]
    public void Addresses_are_understood(string urls, string? https, string plain, string secure, bool isChosen)
    {
        var listening = Listening.Parse(urls, https);

        Assert.Equal(plain, string.Join(' ', listening.Plain));
        Assert.Equal(secure, string.Join(' ', listening.Secure));
        Assert.Equal(isChosen, listening.IsSecureChosen);
    }

    [Theory]
    [InlineData("nonsense", null)]
    [InlineData("ftp://127.0.0.1:1", null)]
    [InlineData("http://127.0.0.1:1", "http://127.0.0.1:2")]
    [InlineData("https://127.0.0.1:1", "off")]
    public void What_cannot_be_meant_is_a_mistake(string urls, string? https)
    {
        Assert.Equal(ExitCodes.Usage, Assert.Throws<CommandException>(() => Listening.Parse(urls, https)).ExitCode);
    }

    [Fact]
    public void A_taken_port_is_noticed()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        Assert.NotNull(Listening.Try(BindingAddress.Parse($"https://*:{port}")));
        Assert.Null(Listening.Try(BindingAddress.Parse("https://127.0.0.1:0")));
    }

    [Theory]
    [InlineData("Archive.Example.JP.", "archive.example.jp")]
    [InlineData("保管.example.jp", "xn--ruqw08h.example.jp")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("a b", null)]
    [InlineData("-a.jp", null)]
    [InlineData("a..jp", null)]
    [InlineData("https://a.jp", null)]
    [InlineData("", null)]
    public void Names_are_taken_as_browsers_send_them(string given, string? expected)
    {
        Assert.Equal(expected, HostNames.Normalize(given));
    }
}
