using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>Channels, alerts and their outbox.</summary>
internal static class AlertModel
{
    private const int NameLength = 200;
    private const int KeyLength = 60;
    private const int WordsLength = 500;

    public static void Configure(ModelBuilder model)
    {
        model.Entity<AlertChannel>(channel =>
        {
            channel.Property(c => c.Name).HasMaxLength(NameLength);
            channel.Property(c => c.Kind).HasMaxLength(40);
            channel.Property(c => c.Language).HasMaxLength(10);
            channel.HasIndex(c => c.Name).IsUnique();
        });
        model.Entity<RaisedAlert>(alert =>
        {
            alert.Property(a => a.Cause).HasMaxLength(400);
            alert.Property(a => a.LiveCause).HasMaxLength(400);
            alert.Property(a => a.ThingType).HasMaxLength(KeyLength);
            alert.Property(a => a.ThingKey).HasMaxLength(NameLength);
            alert.Property(a => a.ThingName).HasMaxLength(NameLength);
            alert.Property(a => a.SituationKey).HasMaxLength(KeyLength);
            alert.Property(a => a.JobKind).HasMaxLength(KeyLength);
            alert.Property(a => a.EndedBy).HasMaxLength(NameLength);
            alert.HasIndex(a => a.LiveCause).IsUnique();
            alert.HasIndex(a => new { a.State, a.ThingType, a.ThingKey });   // what is open about this thing
            alert.HasIndex(a => new { a.State, a.NextReminderAt });          // whom to remind of what
            alert.HasIndex(a => new { a.State, a.RunId });                   // what a canceled run leaves open
        });
        model.Entity<AlertDelivery>(delivery =>
        {
            delivery.Property(d => d.Event).HasMaxLength(20);
            delivery.Property(d => d.LastReason).HasMaxLength(KeyLength);
            delivery.Property(d => d.LastWords).HasMaxLength(WordsLength);
            delivery.HasOne(d => d.Alert).WithMany().HasForeignKey(d => d.AlertId).OnDelete(DeleteBehavior.Cascade);
            delivery.HasOne<AlertChannel>().WithMany().HasForeignKey(d => d.ChannelId).OnDelete(DeleteBehavior.Cascade);
            delivery.HasIndex(d => new { d.State, d.NextAttemptAt });        // what is due
            delivery.HasIndex(d => new { d.State, d.Id });                   // lists by state, paged
        });
        model.Entity<AlertDeliveryAttempt>(attempt =>
        {
            attempt.Property(a => a.Host).HasMaxLength(NameLength);
            attempt.Property(a => a.Outcome).HasMaxLength(20);
            attempt.Property(a => a.Reason).HasMaxLength(KeyLength);
            attempt.Property(a => a.Words).HasMaxLength(WordsLength);
            attempt.HasIndex(a => new { a.DeliveryId, a.Number });
            attempt.HasOne<AlertDelivery>().WithMany().HasForeignKey(a => a.DeliveryId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
