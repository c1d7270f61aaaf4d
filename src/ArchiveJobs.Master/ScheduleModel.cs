using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>Schedules and their history. Runs name their schedule without a foreign key: they outlive it.</summary>
internal static class ScheduleModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<Schedule>(schedule =>
        {
            schedule.Property(s => s.Name).HasMaxLength(200);
            schedule.Property(s => s.Kind).HasMaxLength(60);
            schedule.Property(s => s.Cron).HasMaxLength(200);
            schedule.Property(s => s.Zone).HasMaxLength(100);
            schedule.Property(s => s.CreatedBy).HasMaxLength(200);
            schedule.HasIndex(s => s.Name).IsUnique();
            schedule.HasIndex(s => s.AfterScheduleId);
            schedule.HasOne<Schedule>().WithMany().HasForeignKey(s => s.AfterScheduleId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<ScheduleEvent>(entry =>
        {
            entry.Property(e => e.Actor).HasMaxLength(200);
            entry.HasIndex(e => new { e.ScheduleId, e.Id });
            entry.HasOne<Schedule>().WithMany().HasForeignKey(e => e.ScheduleId).OnDelete(DeleteBehavior.Cascade);
        });
    }
}
