using ArchiveJobs.Core.Archiving;
using ArchiveJobs.Jobs.Backups;
using ArchiveJobs.Jobs.Profiles;
using ArchiveJobs.Scheduling;
using ArchiveJobs.Scheduling.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Jobs;

/// <summary>Adds the job kinds; one line each.</summary>
public static class JobsRegistration
{
    public static IServiceCollection AddJobs(this IServiceCollection services, string dataDirectory)
    {
        services.AddSingleton(new StoreDirectory.Root(dataDirectory));
        services.AddSingleton<StoreDirectory>();
        services.AddSingleton<ProfileDirectory>();
        services.AddSingleton<BackupTargets>();
        services.AddSingleton<MessageArchiver>();
        return services
            .AddJob<RunProfileJob, RunProfileJob.Arguments>(WorkClass.Archive)
            .AddJob<VerifyStoreJob, VerifyStoreJob.Arguments>(WorkClass.Verify)
            .AddJob<CompactStoreJob, CompactStoreJob.Arguments>(WorkClass.Maintenance)
            .AddJob<RebuildStoreIndexJob, RebuildStoreIndexJob.Arguments>(WorkClass.Maintenance)
            .AddJob<RecoverStoreJob, RecoverStoreJob.Arguments>(WorkClass.Maintenance)
            .AddJob<CreateBackupJob, CreateBackupJob.Arguments>(WorkClass.Maintenance)
            .AddJob<VerifyBackupJob, VerifyBackupJob.Arguments>(WorkClass.Verify)
            .AddJob<RestoreBackupJob, RestoreBackupJob.Arguments>(WorkClass.Bulk)
            .AddJob<CheckStorageJob, CheckStorageJob.Arguments>(WorkClass.Maintenance)
            .AddJob<CompactMasterDatabaseJob, CompactMasterDatabaseJob.Arguments>(WorkClass.Maintenance)
            .AddJob<ExportMessagesJob, ExportMessagesJob.Arguments>(WorkClass.Bulk)
            .AddJob<VerifyAuditJob, VerifyAuditJob.Arguments>(WorkClass.Verify);
    }
}
