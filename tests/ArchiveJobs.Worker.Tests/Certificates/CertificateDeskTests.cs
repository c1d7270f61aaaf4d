using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Master;
using ArchiveJobs.Master.Audit;
using ArchiveJobs.Worker.Certificates;
using ArchiveJobs.Worker.Commands;

namespace ArchiveJobs.Worker.Tests.Certificates;

public sealed class CertificateDeskTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero);

    private readonly MemoryKeyFiles _files = new();
    private readonly RecordedAudit _audit = new();
    private readonly SetClock _clock = new() { Now = Now };

    private CertificateShelf Shelf => new(_files, new ReversingProtector());

    private CertificateDesk Desk => new(Shelf, _audit, _clock);

    [Fact]
    public void The_first_start_makes_one_for_the_configured_name_and_the_next_keeps_it()
    {
        var told = Desk.Prepare(["archive.example.jp", "192.0.2.7"]);
        var made = Shelf.Read()!;
        var second = Desk.Prepare([]);

        Assert.Equal(["archive.example.jp", "localhost", "192.0.2.7", "127.0.0.1", "::1"], made.AlternativeNames);
        Assert.Equal(("ECDSA P-256", true, true), (made.KeyKind, made.IsSelfSigned, made.IsMadeHere));
        Assert.True(made.NotAfter - made.NotBefore < TimeSpan.FromDays(825));
        Assert.Equal("1.3.6.1.5.5.7.3.1", Assert.Single(made.Leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>()).Value);
        Assert.Equal((AuditActions.CertificateCreate, AuditActorKind.System), (told!.Action, told.ActorKind));
        Assert.Null(second);
        Assert.Equal(made.Fingerprint, Shelf.Read()!.Fingerprint);
    }

    [Fact]
    public void A_new_name_makes_a_new_one()
    {
        Desk.Prepare(["old.example.jp"]);

        Assert.NotNull(Desk.Prepare(["new.example.jp"]));
        Assert.Contains("new.example.jp", Shelf.Read()!.AlternativeNames);
    }

    [Fact]
    public async Task What_was_made_here_is_renewed_in_its_last_30_days_and_not_before()
    {
        Desk.Prepare(["archive.example.jp"]);
        var first = Shelf.Read()!;

        _clock.Now = first.NotAfter.AddDays(-30).AddSeconds(-1);
        Assert.Null(await Desk.RenewAsync(CancellationToken.None));
        _clock.Now = first.NotAfter.AddDays(-30).AddSeconds(1);
        var renewed = await Desk.RenewAsync(CancellationToken.None);

        Assert.NotEqual(first.Fingerprint, renewed!.Fingerprint);
        Assert.Equal(first.AlternativeNames, renewed.AlternativeNames);
        Assert.True(renewed.NotAfter > first.NotAfter);
    }

    [Fact]
    public async Task An_imported_one_is_never_replaced_by_itself_but_doctor_says_when_it_ends()
    {
        using var authority = new Authority(Now);
        Desk.Prepare(["archive.example.jp"]);
        await ImportAsync(authority);
        var imported = Shelf.Read()!;

        _clock.Now = Now.AddDays(80);
        Assert.Null(await Desk.RenewAsync(CancellationToken.None));
        Assert.Null(Desk.Prepare(["other.example.jp"]));

        Assert.Equal(imported.Fingerprint, Shelf.Read()!.Fingerprint);
        Assert.Equal("ok", CertificateText.LevelOf(imported, Now.AddDays(59)));
        Assert.Equal("warn", CertificateText.LevelOf(imported, Now.AddDays(61)));
        Assert.Equal("fail", CertificateText.LevelOf(imported, Now.AddDays(91)));
        Assert.Equal("warn", CertificateText.LevelOf(Shelf.Read()!, Now));   // It is not for other.example.jp.
    }

    [Fact]
    public async Task An_import_keeps_the_one_before_and_undo_changes_them()
    {
        using var authority = new Authority(Now);
        Desk.Prepare(["archive.example.jp"]);
        var own = Shelf.Read()!.Fingerprint;

        await ImportAsync(authority);
        var imported = Shelf.Read()!.Fingerprint;
        await Desk.UndoAsync("admin", CancellationToken.None);
        var undone = Shelf.Read()!.Fingerprint;
        await Desk.UndoAsync("admin", CancellationToken.None);

        Assert.Equal(own, undone);
        Assert.Equal(imported, Shelf.Read()!.Fingerprint);
        Assert.Equal([AuditActions.CertificateImport, AuditActions.CertificateRestore, AuditActions.CertificateRestore], _audit.Entries.Select(entry => entry.Action));
    }

    [Fact]
    public async Task A_refused_import_changes_nothing_and_is_told()
    {
        using var authority = new Authority(Now);
        Desk.Prepare(["archive.example.jp"]);
        var before = _files.Content[CertificateShelf.CurrentFile];

        _clock.Now = Now.AddSeconds(1);
        await Assert.ThrowsAsync<ArchiveException>(() => ImportAsync(authority, toDays: 0));

        Assert.Equal(before, _files.Content[CertificateShelf.CurrentFile]);
        var told = Assert.Single(_audit.Entries);
        Assert.Equal((AuditActions.CertificateImport, AuditResult.Refused, SituationKeys.CertificateExpired), (told.Action, told.Result, (string)told.Details!["reason"]!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_kill_in_the_middle_of_an_import_leaves_the_old_one_or_the_new(int replacements)
    {
        using var authority = new Authority(Now);
        Desk.Prepare(["archive.example.jp"]);
        var old = Shelf.Read()!.Fingerprint;
        _files.DiesAfter = replacements + 1;   // The first was the start.

        await Record.ExceptionAsync(() => ImportAsync(authority));

        var left = Shelf.Read()!;
        Assert.True(left.Leaf.HasPrivateKey);
        Assert.Equal(replacements < 2, left.Fingerprint == old);
    }

    [Fact]
    public async Task The_answer_to_a_request_is_imported_without_its_key_and_ends_the_request()
    {
        using var authority = new Authority(Now);
        Desk.Prepare(["archive.example.jp"]);
        var (pem, names) = await Desk.RequestAsync([], "admin", CancellationToken.None);
        var request = CertificateRequest.LoadSigningRequestPem(
            pem, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        using var issued = request.Create(authority.Issuer, Now.AddDays(-1), Now.AddDays(90), [7]);

        await Desk.ImportAsync(() => Given(issued.ExportCertificatePem()), "admin", CancellationToken.None);

        Assert.Equal(["archive.example.jp"], names);
        Assert.Contains("archive.example.jp", Shelf.Read()!.AlternativeNames);
        Assert.Equal("CN=Issuer", Shelf.Read()!.Leaf.Issuer);
        Assert.False(Shelf.HasRequest);
    }

    [Fact]
    public void The_key_is_not_in_the_file_as_it_is()
    {
        Desk.Prepare(["archive.example.jp"]);
        using var key = Shelf.Read()!.Leaf.GetECDsaPrivateKey()!;

        var text = Encoding.UTF8.GetString(_files.Content[CertificateShelf.CurrentFile]);

        Assert.DoesNotContain(Convert.ToBase64String(key.ExportPkcs8PrivateKey())[..40], text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_replaced_by_another_process_is_seen()
    {
        Desk.Prepare(["archive.example.jp"]);
        var shelf = Shelf;
        var before = shelf.Read()!.Fingerprint;

        Desk.Prepare(["other.example.jp"]);

        Assert.NotEqual(before, shelf.Read()!.Fingerprint);
    }

    private async Task ImportAsync(Authority authority, int toDays = 90)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = authority.Issue(key, toDays: toDays);
        var pem = leaf.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem();
        await Desk.ImportAsync(() => Given(pem), "admin", CancellationToken.None);
    }

    private static GivenCertificate Given(string pem) => GivenCertificate.Read("c.pem", Encoding.ASCII.GetBytes(pem), null, null);

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
