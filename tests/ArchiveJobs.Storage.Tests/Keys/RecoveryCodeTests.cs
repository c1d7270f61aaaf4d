using ArchiveJobs.Storage.Keys;
using ArchiveJobs.Storage.Tests.Kit;

namespace ArchiveJobs.Storage.Tests.Keys;

public sealed class RecoveryCodeTests
{
    /// <summary>The number 1: its check symbol is 1. 32: 10 and 32 modulo 37 = 32, the symbol '*'.</summary>
    [Theory]
    [InlineData("0000-0000-0000-0000-0000-0000-0011", "000000000000000000000000001")]
    [InlineData("0000-0000-0000-0000-0000-0000-010*", "000000000000000000000000010")]
    [InlineData("oooo oooo 0000 0000 0000 0000 oIl", null)]
    [InlineData("oooo oooo 0000 0000 0000 0000 ooIl", "000000000000000000000000001")]
    [InlineData("0000-0000-0000-0000-0000-0000-0012", null)]
    [InlineData("", null)]
    [InlineData("0000-0000-0000-0000-0000-0000-00U1", null)]
    public void A_code_is_read_as_it_counts(string typed, string? symbols)
    {
        Assert.Equal(symbols, RecoveryCode.Read(typed));
    }

    [Fact]
    public void Every_wrong_symbol_and_every_two_neighbors_that_changed_places_are_noticed()
    {
        var code = RecoveryCode.New();
        Assert.Matches("^([0-9A-HJKMNP-TV-Z]{4}-){6}[0-9A-HJKMNP-TV-Z]{3}[0-9A-HJKMNP-Z*~$=]$", code);
        for (var i = 0; i < code.Length; i++)
        {
            if (code[i] == '-')
            {
                continue;
            }

            foreach (var symbol in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".Where(symbol => symbol != code[i]))
            {
                Assert.Null(RecoveryCode.Read(code[..i] + symbol + code[(i + 1)..]));
            }

            if (i > 0 && code[i - 1] != '-' && code[i - 1] != code[i])
            {
                Assert.Null(RecoveryCode.Read(code[..(i - 1)] + code[i] + code[i - 1] + code[(i + 1)..]));
            }
        }
    }

    [Fact]
    public async Task A_code_counts_as_kept_once_it_was_read_back()
    {
        await using var temp = new TempStore();
        var codes = TempBackup.CodesOf(temp.Root, temp.Key);
        Assert.Null(codes.Read());
        Assert.False(codes.Confirm(RecoveryCode.New()));
        var code = codes.Renew();
        Assert.Null(codes.Read()!.ConfirmedAt);

        Assert.False(codes.Confirm(RecoveryCode.New()));
        Assert.True(codes.Confirm(code.ToLowerInvariant().Replace("-", " ", StringComparison.Ordinal)));

        Assert.NotNull(codes.Read()!.ConfirmedAt);
    }

    [Fact]
    public async Task A_new_code_ends_the_former_one_and_is_unconfirmed()
    {
        await using var temp = new TempStore();
        var codes = TempBackup.CodesOf(temp.Root, temp.Key);
        var former = codes.Renew();
        codes.Confirm(former);

        var code = codes.Renew();

        Assert.Null(codes.Read()!.ConfirmedAt);
        Assert.False(codes.Confirm(former));
        Assert.True(codes.Confirm(code));
    }

    [Fact]
    public async Task The_slot_is_readable_by_its_owner_only_and_does_not_hold_the_code()
    {
        await using var temp = new TempStore();
        var code = TempBackup.CodesOf(temp.Root, temp.Key).Renew();
        var slot = Path.Combine(temp.Root, "keys", "slot-recovery-code.json");

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(slot) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        var text = await File.ReadAllTextAsync(slot);
        Assert.DoesNotContain(code, text, StringComparison.Ordinal);
        Assert.DoesNotContain(RecoveryCode.Read(code)!, text, StringComparison.Ordinal);
    }
}
