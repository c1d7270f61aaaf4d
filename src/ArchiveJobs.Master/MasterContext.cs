using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>The master database. Nothing in the model is specific to one provider; migrations lie in a project of their own for each.</summary>
public sealed class MasterContext(DbContextOptions<MasterContext> options) : DbContext(options)
{
    public DbSet<User> Users => Set<User>();

    public DbSet<Store> Stores => Set<Store>();

    public DbSet<Profile> Profiles => Set<Profile>();

    public DbSet<ProfileMailbox> ProfileMailboxes => Set<ProfileMailbox>();

    public DbSet<JobRun> JobRuns => Set<JobRun>();

    public DbSet<JobRunAttempt> JobRunAttempts => Set<JobRunAttempt>();

    public DbSet<JobRunEvent> JobRunEvents => Set<JobRunEvent>();

    public DbSet<JobRunItem> JobRunItems => Set<JobRunItem>();

    public DbSet<StoreLease> StoreLeases => Set<StoreLease>();

    public DbSet<StoreOwner> StoreOwners => Set<StoreOwner>();

    public DbSet<JobHost> JobHosts => Set<JobHost>();

    public DbSet<Schedule> Schedules => Set<Schedule>();

    public DbSet<ScheduleEvent> ScheduleEvents => Set<ScheduleEvent>();

    public DbSet<Setting> Settings => Set<Setting>();

    public DbSet<Login> Logins => Set<Login>();

    public DbSet<ApiToken> ApiTokens => Set<ApiToken>();

    public DbSet<AuditEvent> AuditEvents => Set<AuditEvent>();

    public DbSet<AlertChannel> AlertChannels => Set<AlertChannel>();

    public DbSet<RaisedAlert> RaisedAlerts => Set<RaisedAlert>();

    public DbSet<AlertDelivery> AlertDeliveries => Set<AlertDelivery>();

    public DbSet<AlertDeliveryAttempt> AlertDeliveryAttempts => Set<AlertDeliveryAttempt>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UtcTicksConverter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        MailModel.Configure(modelBuilder);
        RunModel.Configure(modelBuilder);
        ScheduleModel.Configure(modelBuilder);
        IdentityModel.Configure(modelBuilder);
        TokenModel.Configure(modelBuilder);
        AuditModel.Configure(modelBuilder);
        AlertModel.Configure(modelBuilder);
    }
}
