using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Secrets;
using ArchiveJobs.Worker.Cli;

namespace ArchiveJobs.Worker.Certificates;

/// <summary>The certificate files under keys/: the one in use, the one before it, and the key of an open request. Thread-safe.</summary>
internal sealed class CertificateShelf(IKeyFiles files, ISecretProtector secrets)
{
    public const string CurrentFile = "https.json";
    public const string PreviousFile = "https.previous.json";
    public const string RequestFile = "https.request.json";

    private readonly Lock _gate = new();
    private HttpsCertificate? _current;
    private string? _stamp;

    /// <summary>The one in use; null when there is none yet. A file that somebody has replaced is read anew.</summary>
    /// <exception cref="CommandException">The file cannot be read.</exception>
    public HttpsCertificate? Read()
    {
        lock (_gate)
        {
            // The stamp first: a file replaced in between is read once more next time.
            var stamp = files.Stamp(CurrentFile);
            if (stamp != _stamp)
            {
                _current = Open(CurrentFile);
                _stamp = stamp;
            }

            return _current;
        }
    }

    /// <summary>As it was last read, without a look at the disk; null before.</summary>
    public HttpsCertificate? LastRead
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>What was made for the open request, if any, and what is in use now: an issued certificate may come without its key.</summary>
    public IReadOnlyList<byte[]> ReadKeys() => [.. new[] { RequestFile, CurrentFile }.Select(ReadKey).OfType<byte[]>()];

    public bool HasRequest => files.Stamp(RequestFile) is not null;

    public bool HasPrevious => files.Stamp(PreviousFile) is not null;

    public void PutRequest(byte[] key, IReadOnlyList<string> hostNames) =>
        files.Replace(RequestFile, CertificateFile.Write([], key, isMadeHere: false, hostNames, secrets));

    public void DropRequest() => files.Remove(RequestFile);

    /// <summary>From the next handshake on this one is shown; the one before is kept.</summary>
    public HttpsCertificate Put(IReadOnlyList<X509Certificate2> certificates, byte[] key, bool isMadeHere, IReadOnlyList<string> hostNames)
    {
        lock (_gate)
        {
            if (files.Read(CurrentFile) is { } former)
            {
                files.Replace(PreviousFile, former);
            }

            // Crash here: the certificate in use is also kept as the previous one.
            files.Replace(CurrentFile, CertificateFile.Write(certificates, key, isMadeHere, hostNames, secrets));
            return Read()!;
        }
    }

    /// <summary>The same certificate with other names of the host.</summary>
    public void Rename(IReadOnlyList<string> hostNames)
    {
        lock (_gate)
        {
            var file = CertificateFile.Parse(files.Read(CurrentFile)!);
            using var leaf = X509CertificateLoader.LoadCertificate(file.Certificates[0]);
            files.Replace(CurrentFile, CertificateFile.Write(
                [leaf, .. file.Certificates.Skip(1).Select(one => X509CertificateLoader.LoadCertificate(one))], file.OpenKey(secrets), file.MadeHere, hostNames, secrets));
        }
    }

    /// <summary>The one before, without a change.</summary>
    public HttpsCertificate? ReadPrevious() => Open(PreviousFile);

    /// <summary>The one in use and the one before change places.</summary>
    public HttpsCertificate Undo()
    {
        lock (_gate)
        {
            var previous = files.Read(PreviousFile)!;
            var former = files.Read(CurrentFile);
            files.Replace(CurrentFile, previous);

            // Crash here: what was undone is lost.
            if (former is not null)
            {
                files.Replace(PreviousFile, former);
            }

            return Read()!;
        }
    }

    private byte[]? ReadKey(string name)
    {
        try
        {
            return files.Read(name) is { } content ? CertificateFile.Parse(content).OpenKey(secrets) : null;
        }
        catch (Exception e) when (e is CryptographicException or ArchiveException)
        {
            return null;   // A key that cannot be read fits nothing.
        }
    }

    private HttpsCertificate? Open(string name)
    {
        try
        {
            return files.Read(name) is { } content ? CertificateFile.Parse(content).Open(secrets) : null;
        }
        catch (Exception e) when (e is CryptographicException or ArchiveException)
        {
            throw new CommandException(
                ExitCodes.Failed, $"keys/{name} cannot be used: {e.Message} Make a new certificate (archivejobs certificate create) or import one.", e);
        }
    }
}
