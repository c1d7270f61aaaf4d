using System.Net;
using System.Text;

namespace ArchiveJobs.Notifications.Templates;

/// <summary>
/// Text in which the parts from outside stand between two private characters, so that HTML can isolate them and plain text can leave them as they
/// are. <see cref="VisibleText.Clean"/> keeps these characters out of the parts themselves.
/// </summary>
internal static class MarkedText
{
    private const char Open = '\uE001';
    private const char Close = '\uE002';

    public static string Mark(string foreign) => foreign.Length == 0 ? "" : Open + foreign + Close;

    /// <summary>Without the marks; our own curly quotes are straight in English.</summary>
    public static string Plain(string marked, bool straightQuotes)
    {
        var text = new StringBuilder(marked.Length);
        var isForeign = false;
        foreach (var character in marked)
        {
            switch (character)
            {
                case Open or Close:
                    isForeign = character == Open;
                    break;
                case '“' or '”' when straightQuotes && !isForeign:
                    text.Append('"');
                    break;
                default:
                    text.Append(character);
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Encoded; foreign parts in <c>bdi</c>.</summary>
    public static string Html(string marked) => WebUtility.HtmlEncode(marked)
        .Replace(Open.ToString(), "<bdi>", StringComparison.Ordinal)
        .Replace(Close.ToString(), "</bdi>", StringComparison.Ordinal);
}
