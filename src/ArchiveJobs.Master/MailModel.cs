using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>Users, stores, profiles, settings. Every list is paged by key, every lookup has an index.</summary>
internal static class MailModel
{
    private const int NameLength = 200;

    public static void Configure(ModelBuilder model)
    {
        model.Entity<User>(user =>
        {
            user.Property(u => u.Name).HasMaxLength(NameLength);
            user.Property(u => u.NameKey).HasMaxLength(NameLength);
            user.HasIndex(u => u.NameKey).IsUnique();
        });
        model.Entity<Store>(store =>
        {
            store.Property(s => s.Id).ValueGeneratedNever();   // The number of its directory, which is there first.
            store.Property(s => s.Name).HasMaxLength(NameLength);
            store.Property(s => s.Path).HasMaxLength(1000);
            store.HasIndex(s => s.Name).IsUnique();
            store.HasIndex(s => s.State);
        });
        model.Entity<Profile>(profile =>
        {
            profile.Property(p => p.Name).HasMaxLength(NameLength);
            profile.Property(p => p.SourceKind).HasMaxLength(20);
            profile.HasIndex(p => p.Name).IsUnique();
            profile.HasOne<Store>().WithMany().HasForeignKey(p => p.StoreId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<ProfileMailbox>(mailbox =>
        {
            mailbox.Property(m => m.LoginName).HasMaxLength(NameLength);
            mailbox.Property(m => m.Address).HasMaxLength(320);
            mailbox.HasIndex(m => new { m.ProfileId, m.LoginName }).IsUnique();
            mailbox.HasOne<Profile>().WithMany().HasForeignKey(m => m.ProfileId).OnDelete(DeleteBehavior.Cascade);
            mailbox.HasOne<User>().WithMany().HasForeignKey(m => m.UserId).OnDelete(DeleteBehavior.Restrict);
        });
        model.Entity<Setting>(setting =>
        {
            setting.HasKey(s => s.Name);
            setting.Property(s => s.Name).HasMaxLength(NameLength);
        });
    }
}
