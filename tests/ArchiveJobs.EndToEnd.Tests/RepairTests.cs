namespace ArchiveJobs.EndToEnd.Tests;

public sealed class RepairTests : IAsyncLifetime
{
    private readonly Installation _installation = new();

    public async ValueTask InitializeAsync()
    {
        await _installation.MustAsync("store", "create", "2026");
        await _installation.MustAsync("profile", "add", "Samples", "--source", "eml", "--path", Path.Combine(Installation.Samples, "eml"));
        await _installation.MustAsync("run", "RunProfile", "--name=Samples");
    }

    public ValueTask DisposeAsync() => _installation.DisposeAsync();

    [Fact]
    public async Task A_store_that_took_new_mail_takes_it_again_once_it_is_repaired()
    {
        var before = await StatesAsync();
        await TurnAByteAsync();
        await _installation.RunAsync("VerifyStore", "--id=1", "--level=full");
        var damaged = await StatesAsync();
        await TurnAByteAsync();

        await _installation.MustAsync("VerifyStore", "--id=1", "--level=full");

        Assert.Equal("ArchiveHere, Damaged, ArchiveHere", $"{before}, {damaged}, {await StatesAsync()}");
        await _installation.MustAsync("run", "RunProfile", "--name=Samples");
    }

    [Fact]
    public async Task A_repaired_store_leaves_new_mail_to_the_one_that_took_over()
    {
        await TurnAByteAsync();
        await _installation.RunAsync("VerifyStore", "--id=1", "--level=full");
        await _installation.MustAsync("store", "create", "2027");
        await TurnAByteAsync();

        await _installation.MustAsync("VerifyStore", "--id=1", "--level=full");

        Assert.Equal("Normal ArchiveHere", await StatesAsync());
    }

    /// <summary>Damages the first segment; the second time, repairs it.</summary>
    private async Task TurnAByteAsync()
    {
        var segment = Directory.GetFiles(Path.Combine(_installation.Data, "stores", "1", "segments"), "*.dat").Order(StringComparer.Ordinal).First();
        new FileInfo(segment).IsReadOnly = false;
        var bytes = await File.ReadAllBytesAsync(segment);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(segment, bytes);
    }

    private async Task<string> StatesAsync() =>
        string.Join(' ', (await _installation.MustJsonAsync("store", "list")).GetProperty("stores").EnumerateArray().Select(store => store.GetProperty("state").GetString()));
}
