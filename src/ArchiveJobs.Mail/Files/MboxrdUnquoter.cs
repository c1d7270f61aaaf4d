namespace ArchiveJobs.Mail.Files;

/// <summary>Takes one '>' away from lines that begin with one or more of them and "From ". Octets come in pieces of any size.</summary>
internal sealed class MboxrdUnquoter
{
    private static ReadOnlySpan<byte> From => "From "u8;

    private State _state = State.LineStart;
    private long _quotes;
    private int _matched;

    private enum State
    {
        LineStart,

        /// <summary>Behind the first _matched octets of "From ", which like the quotes are not written yet.</summary>
        Matching,
        InLine,
    }

    public void Write(ReadOnlySpan<byte> octets, SpanAction write)
    {
        var at = 0;
        while (at < octets.Length)
        {
            if (_state == State.InLine)
            {
                var lineFeed = octets[at..].IndexOf((byte)'\n');
                var length = lineFeed < 0 ? octets.Length - at : lineFeed + 1;
                write(octets.Slice(at, length));
                at += length;
                _state = lineFeed < 0 ? State.InLine : State.LineStart;
            }
            else if (_state == State.LineStart && octets[at] == '>')
            {
                _quotes++;
                at++;
            }
            else if (_quotes > 0 && octets[at] == From[_matched])
            {
                _state = State.Matching;
                _matched++;
                at++;
                if (_matched == From.Length)
                {
                    _quotes--;
                    EndStart(write);
                }
            }
            else
            {
                EndStart(write);
            }
        }
    }

    /// <summary>Writes what was held back at the end of the message.</summary>
    public void Finish(SpanAction write) => EndStart(write);

    private void EndStart(SpanAction write)
    {
        for (; _quotes > 0; _quotes--)
        {
            write(">"u8);
        }

        write(From[.._matched]);
        _matched = 0;
        _state = State.InLine;
    }

    internal delegate void SpanAction(ReadOnlySpan<byte> octets);
}
