using System.CommandLine;
using System.CommandLine.Help;

namespace ArchiveJobs.Worker.Cli;

/// <summary>All commands as one tree, and how words become one of them.</summary>
internal sealed class CliTree
{
    private static readonly ParserConfiguration Configuration = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    private readonly RootCommand _root;
    private readonly IReadOnlyCollection<string> _kinds;

    /// <param name="kinds">Job kinds that work as commands of their own: <c>VerifyStore --id=1</c> is <c>run VerifyStore --id=1</c>.</param>
    public CliTree(IEnumerable<Command> commands, IReadOnlyCollection<string> kinds)
    {
        _kinds = kinds;
        _root = new RootCommand("ArchiveJobs: an e-mail archive in which every operation is a job.") { Data, Json };
        foreach (var command in commands)
        {
            _root.Add(command);
        }
    }

    /// <summary>Every command that can be given, also those in groups.</summary>
    public IReadOnlyList<CliCommand> Commands =>
        [.. _root.Subcommands.OfType<CliCommand>(), .. _root.Subcommands.SelectMany(group => group.Subcommands).OfType<CliCommand>()];

    public Option<string?> Data { get; } = new("--data")
    {
        Description = "The data directory. Default: ARCHIVEJOBS_DATA, else ./data.", HelpName = "DIR", Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document on standard output.", Recursive = true };

    public ParseResult Parse(IReadOnlyList<string> words) => _root.Parse(Normalize(words), Configuration);

    /// <summary>Answers what needs no command: help, the version, and mistakes. Null when there is a command to run.</summary>
    public int? AnswerAtOnce(ParseResult line)
    {
        // --help and --version are found even beside mistakes.
        if (line.Action is HelpAction help)
        {
            help.Invoke(line);
            ShowExamples(line);
            return ExitCodes.Good;
        }

        if (line.Errors.Count > 0)
        {
            foreach (var error in line.Errors)
            {
                Console.Error.WriteLine(Printable.Of(error.Message));
            }

            Console.Error.WriteLine($"See: {NameOf(line.CommandResult.Command)} --help");
            return ExitCodes.Usage;
        }

        if (line.CommandResult.Command is CliCommand)
        {
            return line.Action is null ? null : line.Invoke();
        }

        if (line.Action is not null && line.CommandResult.Command == _root && line.Tokens.Count > 0)
        {
            return line.Invoke();
        }

        _root.Parse([.. PathOf(line.CommandResult.Command), "--help"], Configuration).Invoke();
        return ExitCodes.Usage;
    }

    /// <summary>Job kinds are found whatever their case, with and without <c>run</c>.</summary>
    private List<string> Normalize(IReadOnlyList<string> words)
    {
        var result = words.ToList();
        var first = FindWord(result, 0);
        if (first < 0)
        {
            return result;
        }

        if (_root.Subcommands.FirstOrDefault(command => string.Equals(command.Name, result[first], StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            result[first] = known.Name;
        }
        else if (FindKind(result[first]) is { } kind)
        {
            result[first] = kind;
            result.Insert(first, "run");
            return result;
        }

        if (result[first] == "run" && FindWord(result, first + 1) is var next and >= 0 && FindKindCommand(result[next]) is { } command)
        {
            result[next] = command.Name;
            result.RemoveAt(first);
            return result;
        }

        if (result[first] == "run" && FindWord(result, first + 1) is var second and >= 0 && FindKind(result[second]) is { } spelled)
        {
            result[second] = spelled;
        }

        return result;
    }

    private CliCommand? FindKindCommand(string word) =>
        _root.Subcommands.OfType<CliCommand>().FirstOrDefault(command => command.IsJobKind && string.Equals(command.Name, word, StringComparison.OrdinalIgnoreCase));

    private string? FindKind(string word) => _kinds.FirstOrDefault(kind => string.Equals(kind, word, StringComparison.OrdinalIgnoreCase));

    private static int FindWord(List<string> words, int from)
    {
        for (var i = from; i < words.Count; i++)
        {
            if (words[i] == "--data")
            {
                i++;   // Its value is no command.
            }
            else if (!words[i].StartsWith('-'))
            {
                return i;
            }
        }

        return -1;
    }

    private void ShowExamples(ParseResult line)
    {
        var command = line.CommandResult.Command;
        var examples = command is CliCommand one ? one.Examples : [.. command.Subcommands.OfType<CliCommand>().SelectMany(sub => sub.Examples.Take(1))];
        if (examples.Count > 0)
        {
            Console.WriteLine(command is CliCommand { Examples.Count: 1 } ? "Example:" : "Examples:");
            foreach (var example in examples)
            {
                Console.WriteLine("  " + example);
            }

            Console.WriteLine();
        }

        if (command == _root && _kinds.Count > 0)
        {
            Console.WriteLine($"Job kinds, each also a command:\n  {string.Join(", ", _kinds.Concat(_root.Subcommands.OfType<CliCommand>().Where(one => one.IsJobKind).Select(one => one.Name)))}\n");
        }
    }

    private static string NameOf(Command command) => string.Join(' ', ["archivejobs", .. PathOf(command)]);

    private static List<string> PathOf(Command command)
    {
        var path = new List<string>();
        for (Command? at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
        {
            path.Insert(0, at.Name);
        }

        return path;
    }
}
