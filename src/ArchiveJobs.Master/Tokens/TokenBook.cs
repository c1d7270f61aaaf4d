using System.Globalization;
using System.Security.Cryptography;
using ArchiveJobs.Master.Audit;
using Microsoft.EntityFrameworkCore;

namespace ArchiveJobs.Master.Tokens;

/// <summary>A token cannot be as it was asked for; the message says what to do. Nothing was written.</summary>
public sealed class TokenException(string message) : Exception(message);

/// <summary>What is asked of a new token.</summary>
/// <param name="Lifetime">1 day to 10 years.</param>
public sealed record TokenOrder(string Name, TokenScope Scope, bool ReadsMail, TimeSpan Lifetime)
{
    public static readonly TimeSpan UsualLifetime = TimeSpan.FromDays(365);
}

/// <summary>The tokens of the REST API. Thread-safe.</summary>
public sealed class TokenBook(IDbContextFactory<MasterContext> contexts, IAuditTrail audit, TimeProvider time)
{
    internal const int MaxName = 100;

    /// <summary>A row is not written with every request.</summary>
    private static readonly TimeSpan UseIsNotedEvery = TimeSpan.FromMinutes(10);

    /// <returns>The row, and the text: the only time that it is known.</returns>
    /// <exception cref="TokenException">No such name, or it is taken; a lifetime out of bounds.</exception>
    public async Task<(ApiToken Token, TokenText Text)> CreateAsync(TokenOrder order, string by, CancellationToken cancellationToken)
    {
        var name = order.Name.Trim();
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
        {
            throw new TokenException($"A token needs a name of at most {MaxName} characters on one line.");
        }

        if (name.All(char.IsAsciiDigit))
        {
            throw new TokenException("A token is also called by its number: choose a name that is not a number alone.");
        }

        if (order.Lifetime < TimeSpan.FromDays(1) || order.Lifetime > TimeSpan.FromDays(3653))
        {
            throw new TokenException("A token lives 1 day to 10 years.");
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.ApiTokens.AnyAsync(other => other.Name == name, cancellationToken))
        {
            throw new TokenException($"There is a token \"{name}\" already, or there was: its name stands in the audit trail. Choose another.");
        }

        var text = TokenText.New();
        var now = time.GetUtcNow();
        var token = new ApiToken
        {
            Name = name, PublicId = text.PublicId, SecretHash = text.Hash(), Scope = order.Scope, ReadsMail = order.ReadsMail,
            CreatedAt = now, CreatedBy = by, ExpiresAt = now + order.Lifetime,
        };
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        db.ApiTokens.Add(token);
        await db.SaveChangesAsync(cancellationToken);
        audit.Add(db, Entry(AuditActions.TokenAdd, token, by));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return (token, text);
    }

    /// <summary>In the order of their ids, revoked ones too.</summary>
    public async Task<IReadOnlyList<ApiToken>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ApiTokens.AsNoTracking().OrderBy(token => token.Id).ToListAsync(cancellationToken);
    }

    /// <param name="given">Its number or its name.</param>
    /// <returns>The token; null when there is none. Revoking again is no error.</returns>
    public async Task<ApiToken?> RevokeAsync(string given, string by, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var number = int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
        var token = await db.ApiTokens.FirstOrDefaultAsync(one => one.Id == number, cancellationToken)
            ?? await db.ApiTokens.FirstOrDefaultAsync(one => one.Name == given, cancellationToken);
        if (token is null || token.RevokedAt is not null)
        {
            return token;
        }

        (token.RevokedAt, token.RevokedBy) = (time.GetUtcNow(), by);
        audit.Add(db, Entry(AuditActions.TokenRevoke, token, by));
        await db.SaveChangesAsync(cancellationToken);
        return token;
    }

    /// <summary>The token of this text when it holds now; null when it is unknown, expired or revoked.</summary>
    public async Task<ApiToken?> CheckAsync(string text, CancellationToken cancellationToken)
    {
        if (TokenText.Parse(text) is not { } given)
        {
            return null;
        }

        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var token = await db.ApiTokens.AsNoTracking().FirstOrDefaultAsync(one => one.PublicId == given.PublicId, cancellationToken);

        // Compared also when there is no row: the time of the answer does not tell which ids exist.
        var isRight = CryptographicOperations.FixedTimeEquals(given.Hash(), token?.SecretHash ?? new byte[SHA256.HashSizeInBytes]);
        var now = time.GetUtcNow();
        if (token is null || !isRight || token.RevokedAt is not null || token.ExpiresAt <= now)
        {
            return null;
        }

        if (token.LastUsedAt is null || token.LastUsedAt < now - UseIsNotedEvery)
        {
            await db.ApiTokens.Where(one => one.Id == token.Id).ExecuteUpdateAsync(set => set.SetProperty(one => one.LastUsedAt, (DateTimeOffset?)now), cancellationToken);
        }

        return token;
    }

    private static AuditEntry Entry(string action, ApiToken token, string by) => new AuditEntry(action, by)
    {
        Details = new() { ["scope"] = token.Scope.ToString(), ["readsMail"] = token.MayReadMail, ["expires"] = token.ExpiresAt.ToString("O", CultureInfo.InvariantCulture) },
    }.About("token", token.Id, token.Name);
}
