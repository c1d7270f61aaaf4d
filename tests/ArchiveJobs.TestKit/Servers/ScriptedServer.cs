using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ArchiveJobs.TestKit.Servers;

/// <summary>
/// A server of lines on a loopback port that plays a script: each line of the client is answered by the newest rule whose words it contains.
/// One character is one octet.
/// </summary>
public class ScriptedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly string _greeting;
    private readonly List<Rule> _rules = [];
    private readonly ConcurrentQueue<string> _received = new();
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly Task _accepting;
    private int _connections;

    /// <param name="greeting">Sent at once to each client; lines end with CRLF.</param>
    public ScriptedServer(string greeting)
    {
        _greeting = greeting;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>All lines of all clients, without line ends.</summary>
    public IReadOnlyCollection<string> Received => _received;

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Closes the connection after the answer.</summary>
    public const string Close = "\u0004";

    /// <summary>Answers lines that contain these words.</summary>
    /// <param name="answer">{tag} stands for the first word of the line; <see cref="Close"/> at the end closes the connection.</param>
    /// <param name="times">How often the rule holds.</param>
    public ScriptedServer On(string words, string answer, int times = int.MaxValue)
    {
        lock (_rules)
        {
            _rules.Insert(0, new Rule(words, answer) { Left = times });
        }

        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_sessions);
        _ending.Dispose();
        GC.SuppressFinalize(this);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                Interlocked.Increment(ref _connections);
                _sessions.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(_greeting), _ending.Token);
            while (await reader.ReadLineAsync(_ending.Token) is { } line)
            {
                _received.Enqueue(line);
                var answer = AnswerTo(line);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer.Replace(Close, "", StringComparison.Ordinal)), _ending.Token);
                if (answer.EndsWith(Close, StringComparison.Ordinal))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client left, or the test is over.
        }
    }

    private string AnswerTo(string line)
    {
        lock (_rules)
        {
            var rule = _rules.Find(rule => rule.Left > 0 && line.Contains(rule.Words, StringComparison.OrdinalIgnoreCase));
            if (rule is null)
            {
                return line.Split(' ')[0] + " BAD what?\r\n";
            }

            rule.Left--;
            return rule.Answer.Replace("{tag}", line.Split(' ')[0], StringComparison.Ordinal);
        }
    }

    private sealed record Rule(string Words, string Answer)
    {
        public int Left { get; set; }
    }
}
