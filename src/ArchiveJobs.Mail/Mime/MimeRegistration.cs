using ArchiveJobs.Core.Messages;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Mail.Mime;

public static class MimeRegistration
{
    /// <summary>Adds <see cref="IMessageStructure"/>.</summary>
    public static IServiceCollection AddMime(this IServiceCollection services) => services.AddSingleton<IMessageStructure, MessageStructure>();
}
