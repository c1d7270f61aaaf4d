using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>The audit trail.</summary>
internal static class AuditModel
{
    public const int NameLength = 200;
    public const int IdLength = 60;

    public static void Configure(ModelBuilder model) => model.Entity<AuditEvent>(entry =>
    {
        entry.Property(e => e.Actor).HasMaxLength(NameLength);
        entry.Property(e => e.Action).HasMaxLength(60);
        entry.Property(e => e.ObjectKind).HasMaxLength(40);
        entry.Property(e => e.ObjectId).HasMaxLength(IdLength);
        entry.Property(e => e.ObjectName).HasMaxLength(NameLength);
        entry.HasIndex(e => e.Sequence).IsUnique();                     // what is not sealed, the chain in order
        entry.HasIndex(e => new { e.Action, e.Id });                    // lists by action, paged
        entry.HasIndex(e => new { e.ObjectKind, e.ObjectId, e.Id });    // the history of one thing
        entry.HasIndex(e => e.At);                                      // since when
    });
}
