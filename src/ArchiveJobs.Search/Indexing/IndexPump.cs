using System.Threading.Channels;
using ArchiveJobs.Core;
using ArchiveJobs.Core.Stores;
using ArchiveJobs.Search.Text;

namespace ArchiveJobs.Search.Indexing;

/// <summary>
/// Moves messages into a generation: the caller's side reads the store and takes the text out, another thread hands the documents to Lucene.
/// Taking texts out is about a third of the work and goes on beside the rest; more writers would only leave more segments to merge. Bounded: a few messages
/// lie between the two.
/// </summary>
internal sealed class IndexPump : IAsyncDisposable
{
    private const int TextsBetween = 16;

    private readonly IndexGeneration _target;
    private readonly Channel<Step> _steps = Channel.CreateBounded<Step>(new BoundedChannelOptions(TextsBetween * 2) { SingleReader = true, SingleWriter = true });
    private readonly Channel<MessageText> _free = Channel.CreateBounded<MessageText>(TextsBetween);
    private readonly MessageTextReader _reader = new();
    private readonly MessageDocument _document = new();
    private readonly Task _writing;

    public IndexPump(IndexGeneration target)
    {
        _target = target;
        for (var i = 0; i < TextsBetween; i++)
        {
            _free.Writer.TryWrite(new MessageText());
        }

        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Messages given so far.</summary>
    public long Messages { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Messages of which only a part could be read.</summary>
    public long Unreadable { get; private set; }

    /// <param name="isNew">No document of this message can be there: saves the look for one.</param>
    public async ValueTask PutAsync(StoredMessage message, bool isNew, CancellationToken cancellationToken)
    {
        var text = await Guarded(_free.Reader.ReadAsync(cancellationToken));
        Read(message, text);
        await SendAsync(new Step(isNew ? StepKind.Add : StepKind.Upsert, message.Id, text, null), cancellationToken);
        Messages++;
        Bytes += message.Size;
        Unreadable += text.IsUnreadable ? 1 : 0;
    }

    public ValueTask DeleteAsync(ContentId id, CancellationToken cancellationToken) => SendAsync(new Step(StepKind.Delete, id, null, null), cancellationToken);

    /// <summary>Everything up to the checkpoint has been put.</summary>
    public ValueTask SetCheckpointAsync(Checkpoint checkpoint, CancellationToken cancellationToken) =>
        SendAsync(new Step(StepKind.Checkpoint, default, null, checkpoint), cancellationToken);

    /// <summary>Returns when everything put is in the index and lasting.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await SendAsync(new Step(StepKind.Commit, default, null, null), cancellationToken);
        _steps.Writer.TryComplete();
        await _writing;
    }

    /// <summary>Stops after the step that is being done; what was put and not committed comes again by the checkpoint.</summary>
    public async ValueTask DisposeAsync()
    {
        _steps.Writer.TryComplete(new OperationCanceledException());
        await _writing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _reader.Dispose();
        _document.Dispose();
    }

    private void Read(StoredMessage message, MessageText text)
    {
        try
        {
            _reader.Read(message, text);
        }
        catch (ArchiveException)
        {
            // Its bytes do not verify. Verification reports that; the index goes on with an empty document, so that the set of ids stays complete.
            text.Clear();
            text.IsUnreadable = true;
        }
    }

    private async ValueTask SendAsync(Step step, CancellationToken cancellationToken)
    {
        try
        {
            await _steps.Writer.WriteAsync(step, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            await _writing; // throws what stopped it
            throw;
        }
    }

    private async ValueTask<MessageText> Guarded(ValueTask<MessageText> text)
    {
        try
        {
            return await text;
        }
        catch (ChannelClosedException)
        {
            await _writing;
            throw;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var step in _steps.Reader.ReadAllAsync())
            {
                Write(step);
                if (step.Text is { } text)
                {
                    _free.Writer.TryWrite(text);
                }
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var failure = new IndexFailedException(e);
            _steps.Writer.TryComplete(failure);
            _free.Writer.TryComplete(failure);
            throw failure;
        }
    }

    private void Write(Step step)
    {
        switch (step.Kind)
        {
            case StepKind.Add:
                _target.Add(_document.Fill(step.Id, step.Text!));
                break;
            case StepKind.Upsert:
                _target.Upsert(step.Id, _document.Fill(step.Id, step.Text!));
                break;
            case StepKind.Delete:
                _target.Delete(step.Id);
                break;
            case StepKind.Checkpoint:
                _target.SetCheckpoint(step.Checkpoint!);
                break;
            case StepKind.Commit:
                _target.Commit();
                break;
        }
    }

    private readonly record struct Step(StepKind Kind, ContentId Id, MessageText? Text, Checkpoint? Checkpoint);

    private enum StepKind
    {
        Add,
        Upsert,
        Delete,
        Checkpoint,
        Commit,
    }
}
