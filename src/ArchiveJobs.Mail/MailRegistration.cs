using ArchiveJobs.Mail.Files;
using ArchiveJobs.Mail.Folders;
using ArchiveJobs.Mail.Mime;
using ArchiveJobs.Mail.Net;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Mail;

/// <summary>Adds the structure of messages and every kind of source; a new kind is one line here.</summary>
public static class MailRegistration
{
    public static IServiceCollection AddMailSources(this IServiceCollection services) => services
        .AddMime()
        .AddNetworkSources()
        .AddFileSources()
        .AddFolderRules();
}
