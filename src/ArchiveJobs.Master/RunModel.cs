using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ArchiveJobs.Master;

/// <summary>The run ledger. Each index is named after the question it answers.</summary>
internal static class RunModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<JobRun>(ConfigureRun);
        model.Entity<JobRunAttempt>(attempt =>
        {
            attempt.Property(a => a.Host).HasMaxLength(200);
            attempt.Property(a => a.ErrorClass).HasMaxLength(40);
            attempt.HasIndex(a => new { a.RunId, a.Epoch }).IsUnique();
            attempt.HasOne<JobRun>().WithMany().HasForeignKey(a => a.RunId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<JobRunEvent>(entry =>
        {
            entry.Property(e => e.Actor).HasMaxLength(200);
            entry.HasIndex(e => new { e.RunId, e.Id });
            entry.HasOne<JobRun>().WithMany().HasForeignKey(e => e.RunId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<JobRunItem>(item =>
        {
            item.Property(i => i.Situation).HasMaxLength(60);
            item.HasIndex(i => new { i.RunId, i.Id });
            item.HasOne<JobRun>().WithMany().HasForeignKey(i => i.RunId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<StoreLease>(lease =>
        {
            lease.HasKey(l => new { l.StoreId, l.RunId });
            lease.HasIndex(l => l.RunId);
        });
        model.Entity<StoreOwner>(owner =>
        {
            owner.HasKey(o => o.StoreId);
            owner.Property(o => o.StoreId).ValueGeneratedNever();
            owner.Property(o => o.Host).HasMaxLength(200);
            owner.HasIndex(o => o.BootId); // whose leases to renew
        });
        model.Entity<JobHost>(host =>
        {
            host.HasKey(h => h.BootId);
            host.Property(h => h.Name).HasMaxLength(200);
            host.Property(h => h.Version).HasMaxLength(60);
            host.HasIndex(h => h.HeartbeatAt);
        });
    }

    private static void ConfigureRun(EntityTypeBuilder<JobRun> run)
    {
        run.Property(r => r.Kind).HasMaxLength(60);
        run.Property(r => r.Identity).HasMaxLength(64);
        run.Property(r => r.LiveIdentity).HasMaxLength(64);
        run.Property(r => r.Queue).HasMaxLength(50);
        run.Property(r => r.RequestedBy).HasMaxLength(200);
        run.Property(r => r.CancelRequestedBy).HasMaxLength(200);
        run.HasIndex(r => r.Key).IsUnique();
        run.HasIndex(r => r.LiveIdentity).IsUnique();
        run.HasIndex(r => new { r.ScheduleId, r.SlotAt }).IsUnique();
        run.HasIndex(r => new { r.Identity, r.EndedAt }); // has a good one ended since a slot?
        run.HasIndex(r => new { r.Identity, r.Id });      // has the same ever worked? the latest of it?
        run.HasIndex(r => new { r.State, r.NotBefore });  // what is due, what is deliverable
        run.HasIndex(r => new { r.State, r.Id });         // lists by state, paged
        run.HasIndex(r => new { r.Kind, r.Id });          // lists by kind, paged
        run.HasIndex(r => new { r.Kind, r.EndedAt });     // what was archived on a day
        run.HasIndex(r => new { r.StoreId, r.State });    // who stands in line for a store
        run.HasIndex(r => r.ParentId);
    }
}
