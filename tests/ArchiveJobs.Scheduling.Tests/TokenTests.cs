using System.Security.Cryptography;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Master.Tokens;
using ArchiveJobs.Scheduling.Tests.Kit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ArchiveJobs.Scheduling.Tests;

public class TokenTests : LedgerTest
{
    // ajt_, an id, _, and 32 octets of zero in base64url.
    private const string Known = "ajt_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private TokenBook Book => Host.Services.GetRequiredService<TokenBook>();

    [Fact]
    public void The_text_of_a_token_is_read_back()
    {
        var text = TokenText.New();

        var read = TokenText.Parse(text.Reveal());

        Assert.Equal(text.PublicId, read!.PublicId);
        Assert.Equal(text.Secret, read.Secret);
        Assert.Matches("^ajt_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$", text.Reveal());
        Assert.Equal("66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925", Convert.ToHexStringLower(TokenText.Parse(Known)!.Hash()));   // sha256sum of 32 zero octets.
    }

    [Theory]
    [InlineData("")]
    [InlineData("ajt_")]
    [InlineData("ajt_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ajt_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ajt_0123456789AB_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AJT_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ajt_0123456789ab-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ajt_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/+")]
    [InlineData("ajt_0123456789ab_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")]   // The same octets, written otherwise.
    [InlineData("ajt_0123456789ab_見積AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_not_the_text_of_a_token_is_none(string text) => Assert.Null(TokenText.Parse(text));

    [Fact]
    public void A_token_that_is_logged_by_mistake_does_not_show_its_secret()
    {
        var text = TokenText.New();

        Assert.Equal("ajt_" + text.PublicId, $"{text}");
    }

    [Fact]
    public async Task The_database_has_the_hash_of_the_secret_and_not_the_secret()
    {
        var (token, text) = await CreateAsync("nightly");

        await using var db = await Host.OpenAsync();
        var row = await db.ApiTokens.SingleAsync();
        Assert.Equal((token.Id, text.PublicId), (row.Id, row.PublicId));
        Assert.Equal(SHA256.HashData(text.Secret), row.SecretHash);
        var told = await db.AuditEvents.SingleAsync(entry => entry.Action == AuditActions.TokenAdd);
        Assert.DoesNotContain(text.Reveal()[^43..], told.DetailsJson, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_holds_until_it_expires()
    {
        var (token, text) = await CreateAsync("nightly", TimeSpan.FromDays(1));

        Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.Equal(token.Id, (await Book.CheckAsync(text.Reveal(), CancellationToken.None))?.Id);
        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await Book.CheckAsync(text.Reveal(), CancellationToken.None));
    }

    [Fact]
    public async Task A_token_does_not_hold_once_it_is_revoked()
    {
        var (_, text) = await CreateAsync("nightly");

        var revoked = await Book.RevokeAsync("nightly", "sato", CancellationToken.None);

        Assert.Equal((Time.GetUtcNow(), "sato"), (revoked!.RevokedAt, revoked.RevokedBy));
        Assert.Null(await Book.CheckAsync(text.Reveal(), CancellationToken.None));
        await using var db = await Host.OpenAsync();
        Assert.Equal("sato", (await db.AuditEvents.SingleAsync(entry => entry.Action == AuditActions.TokenRevoke)).Actor);
    }

    [Fact]
    public async Task The_right_id_with_another_secret_is_no_token()
    {
        var (_, text) = await CreateAsync("nightly");

        Assert.NotNull(await Book.CheckAsync(text.Reveal(), CancellationToken.None));
        Assert.Null(await Book.CheckAsync(new TokenText(text.PublicId, TokenText.New().Secret).Reveal(), CancellationToken.None));
        Assert.Null(await Book.CheckAsync(new TokenText("0123456789ab", text.Secret).Reveal(), CancellationToken.None));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("two\nlines")]
    [InlineData("12")]
    public async Task A_name_that_is_none_is_refused(string name) => await Assert.ThrowsAsync<TokenException>(() => CreateAsync(name));

    [Fact]
    public async Task A_name_is_given_once_even_when_its_token_was_revoked()
    {
        await CreateAsync("nightly");
        await Book.RevokeAsync("nightly", "sato", CancellationToken.None);

        await Assert.ThrowsAsync<TokenException>(() => CreateAsync("nightly"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3654)]
    public async Task A_lifetime_out_of_bounds_is_refused(int days) => await Assert.ThrowsAsync<TokenException>(() => CreateAsync("nightly", TimeSpan.FromDays(days)));

    [Fact]
    public async Task What_a_token_does_is_told_as_done_by_the_API_also_when_a_person_has_its_name()
    {
        var trail = Host.Services.GetRequiredService<IAuditTrail>();

        await trail.WriteAsync(new AuditEntry(AuditActions.SettingsChange, TokenActor.Of("sato")), CancellationToken.None);
        await trail.WriteAsync(new AuditEntry(AuditActions.SettingsChange, "sato"), CancellationToken.None);

        await using var db = await Host.OpenAsync();
        var told = await db.AuditEvents.OrderBy(entry => entry.Id).Select(entry => new { entry.Actor, entry.ActorKind }).ToListAsync();
        Assert.Equal([("sato (token)", AuditActorKind.Api), ("sato", AuditActorKind.Person)], told.Select(entry => (entry.Actor, entry.ActorKind)));
    }

    private Task<(ApiToken Token, TokenText Text)> CreateAsync(string name, TimeSpan? lifetime = null) =>
        Book.CreateAsync(new TokenOrder(name, TokenScope.Read, false, lifetime ?? TokenOrder.UsualLifetime), "tanaka", CancellationToken.None);
}
