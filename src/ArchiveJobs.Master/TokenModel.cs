using ArchiveJobs.Master.Tokens;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master;

/// <summary>Tokens of the REST API.</summary>
internal static class TokenModel
{
    public static void Configure(ModelBuilder model) => model.Entity<ApiToken>(token =>
    {
        token.Property(t => t.Name).HasMaxLength(TokenBook.MaxName);
        token.Property(t => t.PublicId).HasMaxLength(TokenText.PublicIdLength);
        token.Property(t => t.SecretHash).HasMaxLength(32);
        token.Property(t => t.CreatedBy).HasMaxLength(200);
        token.Property(t => t.RevokedBy).HasMaxLength(200);
        token.Ignore(t => t.MayReadMail);
        token.HasIndex(t => t.Name).IsUnique();
        token.HasIndex(t => t.PublicId).IsUnique();
    });
}
