using System.CommandLine;
using System.Text;

namespace ArchiveJobs.Worker.Cli;

/// <summary>What only the process that a person typed into can do: read its standard input and ask back.</summary>
internal static class CallerInput
{
    /// <summary>Names standard input in place of a file.</summary>
    public const string Name = "-";

    /// <summary>The small files that the command line names, and standard input when it is asked for: read by who asks, who may read what the host may not.</summary>
    /// <exception cref="CommandException">One cannot be read.</exception>
    public static Dictionary<string, byte[]> Read(CliCommand command, ParseResult line)
    {
        var files = command.Options.OfType<CallerFileOption>()
            .Select(line.GetValue).Concat(command.Arguments.OfType<CallerFileArgument>().Select(line.GetValue)).OfType<string>().Distinct()
            .ToDictionary(path => path, path => Caller.ReadFromDisk(path, Path.GetFullPath(path)));
        if (command.ReadsInput(line))
        {
            files[Name] = ReadInput();
        }

        return files;
    }

    /// <summary>Asks what the command wants to know first.</summary>
    /// <exception cref="CommandException">The answer was not yes, or nobody can be asked.</exception>
    public static void Confirm(CliCommand command, ParseResult line)
    {
        if (command.AskBefore(line) is not { } question)
        {
            return;
        }

        if (Console.IsInputRedirected || command.ReadsInput(line))
        {
            throw CommandException.Usage($"{question}\nNobody can be asked here. Nothing was done; --yes does it without asking.");
        }

        Console.Error.Write($"{question} Type yes to go on: ");
        if (!string.Equals(Console.ReadLine()?.Trim(), "yes", StringComparison.OrdinalIgnoreCase))
        {
            throw CommandException.Usage("Nothing was done.");
        }
    }

    /// <summary>Standard input in place of a small file: one line when a person types it, else all of it.</summary>
    public static byte[] ReadAnswer()
    {
        if (Console.IsInputRedirected)
        {
            return ReadInput();
        }

        Console.Error.Write("One line, as the file would hold it: ");
        return Encoding.UTF8.GetBytes(Console.In.ReadLine() ?? "");
    }

    private static byte[] ReadInput()
    {
        using var input = Console.OpenStandardInput();
        var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (var read = input.Read(buffer); read > 0; read = input.Read(buffer))
        {
            content.Write(buffer, 0, read);
            if (content.Length > Caller.MaxFileBytes)
            {
                throw CommandException.Usage("Standard input is longer than 16 MB. Give it in parts.");
            }
        }

        return content.ToArray();
    }
}
