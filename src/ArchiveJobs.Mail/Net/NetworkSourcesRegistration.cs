using ArchiveJobs.Core.Sources;
using ArchiveJobs.Mail.Imap;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Mail.Net;

public static class NetworkSourcesRegistration
{
    /// <summary>IMAP and POP3. Needs an <see cref="Core.Messages.IMessageBuffers"/>.</summary>
    public static IServiceCollection AddNetworkSources(this IServiceCollection services) => services
        .AddSingleton<IMailSource, ImapSource>();
}
