using ArchiveJobs.Core.Sources;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Mail.Files;

public static class FileSourcesRegistration
{
    /// <summary>Adds the sources mbox, maildir and eml; they need <see cref="Core.Messages.IMessageBuffers"/>.</summary>
    public static IServiceCollection AddFileSources(this IServiceCollection services) => services
        .AddSingleton<IMailSource, MboxSource>()
        .AddSingleton<IMailSource, MaildirSource>()
        .AddSingleton<IMailSource, EmlSource>();
}
