using System.Text;
using ArchiveJobs.Worker.Composition;
using ArchiveJobs.Worker.Hosting;

// Mail comes in charsets that .NET knows only on demand: ISO-2022-JP, Shift_JIS, windows-1251.
Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

// The rooms of the program are listed in Composition/Rooms.cs, its commands in Composition/AllCommands.cs.
var commands = AllCommands.Create();
var line = commands.Parse(args);
if (commands.AnswerAtOnce(line) is { } answer)
{
    return answer;
}

using var interrupt = new Interrupt();
return await Dispatcher.RunAsync(commands, line, args, interrupt.Token);
