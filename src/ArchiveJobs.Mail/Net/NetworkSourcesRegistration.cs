using ArchiveJobs.Core.Messages;
using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Imap;
using ArchiveJobs.Mail.Pop3;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Mail.Net;

public static class NetworkSourcesRegistration
{
    /// <summary>IMAP and POP3. Needs an <see cref="IMessageBuffers"/>.</summary>
    public static IServiceCollection AddNetworkSources(this IServiceCollection services) => services
        .AddSingleton<IMailSource, ImapSource>()
        .AddSingleton<IMailSource, Pop3Source>();

    internal static IMailSource[] All(IMessageBuffers buffers) => [new ImapSource(buffers), new Pop3Source(buffers)];
}
