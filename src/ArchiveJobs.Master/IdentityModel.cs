using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>Who may log in.</summary>
internal static class IdentityModel
{
    public static void Configure(ModelBuilder model) => model.Entity<Login>(login =>
    {
        login.Property(l => l.Name).HasMaxLength(200);
        login.Property(l => l.NameKey).HasMaxLength(200);
        login.Property(l => l.PasswordHash).HasMaxLength(400);
        login.Property(l => l.SecurityStamp).HasMaxLength(64).IsConcurrencyToken();
        login.Property(l => l.Language).HasMaxLength(10);
        login.HasIndex(l => l.NameKey).IsUnique();
    });
}
