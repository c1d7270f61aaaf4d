using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Master.Alerts;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Master.Tokens;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace ArchiveJobs.Master;

public static class MasterRegistration
{
    /// <summary>The master database on the given engine: a pooled <see cref="IDbContextFactory{TContext}"/> of <see cref="MasterContext"/>, <see cref="MasterDatabase"/>,
    /// and the audit trail, whose sealing needs an ISecretProtector.</summary>
    public static IServiceCollection AddMaster(this IServiceCollection services, IMasterProvider provider)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider);
        services.AddPooledDbContextFactory<MasterContext>(provider.Configure);
        services.AddSingleton<MasterDatabase>();
        services.AddSingleton<InstallationCheck>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<IAuditTrail>(one => one.GetRequiredService<AuditTrail>());
        services.AddSingleton(one => new AuditSealer(
            one.GetRequiredService<IDbContextFactory<MasterContext>>(), provider, one.GetRequiredService<ISecretProtector>(), one.GetRequiredService<AuditTrail>(),
            one.GetRequiredService<TimeProvider>(), one.GetRequiredService<ILogger<AuditSealer>>()));
        services.AddSingleton<AuditReader>();
        services.AddSingleton<TokenBook>();
        services.TryAddSingleton<IAlertSource, NoAlerts>();
        return services;
    }
}
