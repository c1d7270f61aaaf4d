using System.Security.Cryptography;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using ArchiveJobs.Core.Stores;

namespace ArchiveJobs.Jobs.Exporting;

/// <param name="Problems">A sentence for each message that could not be written as it was archived.</param>
internal sealed record ExportResult(long Messages, long Bytes, long Files, IReadOnlyList<string> Problems);

/// <summary>Writes a store's messages to files.</summary>
internal sealed class StoreExport(IArchiveStore store, string directory, bool replace, IWorkProgress progress)
{
    private const int MaxProblems = 1000;

    private readonly List<string> _problems = [];
    private long _messages, _bytes, _files;

    /// <exception cref="ArchiveException">A file cannot be written (Configuration).</exception>
    public async Task<ExportResult> RunAsync(ExportFormat format, CancellationToken cancellationToken)
    {
        var statistics = await store.ReadStatisticsAsync(cancellationToken);
        try
        {
            if (format == ExportFormat.Mboxrd)
            {
                await WriteFoldersAsync(statistics.Placements, cancellationToken);
            }
            else
            {
                await WriteMessagesAsync(statistics.Messages, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ArchiveException(
                new Situation(SituationKeys.ExportStopped, ErrorClass.Configuration) { ServerWords = e.Message }.With("path", directory).With("n", _messages),
                $"The export stopped after {_messages} messages: {e.Message}", e);
        }

        return new ExportResult(_messages, _bytes, _files, _problems);
    }

    /// <summary>In the order of the store: fewest bytes are decompressed.</summary>
    private async Task WriteMessagesAsync(long total, CancellationToken cancellationToken)
    {
        await foreach (var message in store.ReadAllAsync((id, _) => AddDamaged(id), cancellationToken))
        {
            var path = Path.Combine(directory, message.Id + ".eml");
            try
            {
                Count(message.Id, await WriteAsync(message, path, cancellationToken), message.Size, total);
                _files++;
            }
            catch (ArchiveException e) when (e.Situation.Class == ErrorClass.StoreCorrupt)
            {
                File.Delete(path);   // Half a message would look like a whole one.
                AddDamaged(message.Id);
            }
        }
    }

    private async Task<ContentId> WriteAsync(StoredMessage message, string path, CancellationToken cancellationToken)
    {
        await using var file = Open(path, message.Size);
        if (message.Memory is { } memory)
        {
            RandomAccess.Write(file.SafeFileHandle, memory.Span, 0);
            return ContentId.Of(memory.Span);
        }

        await using var octets = message.OpenRead();
        return await CopyAsync(octets, file, cancellationToken);
    }

    private async Task WriteFoldersAsync(long total, CancellationToken cancellationToken)
    {
        foreach (var folder in await store.ListFoldersAsync(cancellationToken))
        {
            var path = MboxFile.PathOf(directory, folder.Mailbox, folder.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using var file = new MboxFile(Open(path, 0));
            _files++;
            await foreach (var placement in store.ReadPlacementsAsync(folder.Mailbox, folder.Path, cancellationToken))
            {
                try
                {
                    await using var octets = await store.OpenMessageAsync(placement.Message, cancellationToken);
                    if (octets is null)
                    {
                        continue;   // Deleted in the archive; its placements stay as history.
                    }

                    var (written, length) = await file.AppendAsync(octets, placement.InternalDate, cancellationToken);
                    Count(placement.Message, written, length, total);
                }
                catch (ArchiveException e) when (e.Situation.Class == ErrorClass.StoreCorrupt)
                {
                    AddDamaged(placement.Message);
                }
            }
        }
    }

    private void AddDamaged(ContentId id)
    {
        if (_problems.Count < MaxProblems)
        {
            _problems.Add($"Message {id} is damaged in the store and was left out. Run: archivejobs VerifyStore --id={store.Location.Id} --level=full");
        }
    }

    private void Count(ContentId expected, ContentId written, long size, long total)
    {
        _messages++;
        _bytes += size;
        if (expected != written && _problems.Count < MaxProblems)
        {
            _problems.Add($"Message {expected} is not what was archived. Run: archivejobs VerifyStore --id={store.Location.Id} --level=full");
        }

        progress.Report("export", _messages, Math.Max(total, _messages), _bytes);
    }

    private static async Task<ContentId> CopyAsync(Stream octets, Stream file, CancellationToken cancellationToken)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        for (var read = await octets.ReadAsync(buffer, cancellationToken); read > 0; read = await octets.ReadAsync(buffer, cancellationToken))
        {
            digest.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        return new ContentId(digest.GetHashAndReset());
    }

    // No buffer: whole messages are written at once.
    private FileStream Open(string path, long size) => new(path, new FileStreamOptions
    {
        Mode = replace ? FileMode.Create : FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, PreallocationSize = size,
    });
}
