using System.Globalization;
using System.Text;

namespace ArchiveJobs.Notifications.Channels.NetworkMessage;

/// <summary>The program that shows a message on another computer's screen.</summary>
/// <param name="Path">Full path, so that no other program of that name is found; null where there is none.</param>
/// <param name="CodePage">Number of the code page of its standard input.</param>
internal sealed record MessageProgram(string? Path, int CodePage)
{
    /// <summary>Full path of a program that takes the arguments and the input of msg.exe. Of the environment, not of the settings: who may change a channel must not choose a program.</summary>
    private const string Variable = "ARCHIVEJOBS_MSG_PROGRAM";

    /// <summary>msg.exe of Windows, or what the environment names; none elsewhere, and none on editions that come without it.</summary>
    public static MessageProgram OfThisHost()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return new MessageProgram(System.IO.Path.IsPathFullyQualified(named) ? named : null, Encoding.UTF8.CodePage);
        }

        if (!OperatingSystem.IsWindows())
        {
            return new MessageProgram(null, Encoding.UTF8.CodePage);
        }

        var path = System.IO.Path.Combine(Environment.SystemDirectory, "msg.exe");
        return new MessageProgram(File.Exists(path) ? path : null, CultureInfo.InstalledUICulture.TextInfo.OEMCodePage);
    }

    /// <summary>Throws on characters it does not have.</summary>
    public Encoding StrictEncoding()
    {
        if (CodePage == Encoding.UTF8.CodePage)
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        }

        return CodePagesEncodingProvider.Instance.GetEncoding(CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
            ?? Encoding.GetEncoding("us-ascii", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }
}
