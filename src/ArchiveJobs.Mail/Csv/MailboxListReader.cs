using ArchiveJobs.Core;
using ArchiveJobs.Core.Situations;
using CsvHelper;

namespace ArchiveJobs.Mail.Csv;

/// <summary>
/// Reads the list of mailboxes of a profile: user name, password, optional address, optional archive user; separated by commas or semicolons.
/// The first row is the header whatever it says. Either all rows are good or none is returned.
/// </summary>
public sealed class MailboxListReader
{
    private readonly string _file;
    private readonly List<MailboxListRow> _rows = [];
    private readonly Dictionary<string, int> _rowOfUser = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<int> _withoutPassword = [];
    private ArchiveException? _duplicate;
    private int? _misquoted;

    private MailboxListReader(string file) => _file = file;

    /// <param name="fileName">For the sentences. They never hold a password.</param>
    /// <returns>At least one row, in the order of the file.</returns>
    /// <exception cref="ArchiveException">csv.encoding, csv.columns, csv.password-empty or csv.duplicate; the first of these that is found.</exception>
    public static IReadOnlyList<MailboxListRow> Read(Stream octets, string fileName)
    {
        ArgumentNullException.ThrowIfNull(octets);
        ArgumentNullException.ThrowIfNull(fileName);
        var reader = new MailboxListReader(fileName);
        reader.ReadRows(reader.Text(octets));
        return reader.Checked();
    }

    private string Text(Stream octets)
    {
        using var all = new MemoryStream();
        octets.CopyTo(all);
        var span = all.GetBuffer().AsSpan(0, (int)all.Length);
        return MailboxListText.Decode(span) ?? throw Trouble(SituationKeys.CsvEncoding, MailboxListText.FirstBadLine(span), "characters are neither UTF-8 nor Shift_JIS");
    }

    private void ReadRows(string text)
    {
        var options = new CsvReaderOptions
        {
            Separator = SeparatorOf(text),
            HasHeader = false,
            SkipEmptyLines = false, // They count as rows, as in a spreadsheet.
            IncludeValuesInExceptions = false, // A value may be a password.
            OnMalformedRecord = record => _misquoted ??= record.Reason is CsvMalformedReason.UnterminatedQuote or CsvMalformedReason.TextAfterClosingQuote ? (int)record.RecordNumber : null,
        };
        using var reader = CsvReader.FromText(text, options);
        for (var row = 1; reader.Read(); row++)
        {
            var fields = Enumerable.Range(0, reader.FieldCount).Select(reader.GetString).ToArray();
            if (row > 1 && !fields.All(string.IsNullOrWhiteSpace))
            {
                Take(row, fields);
            }
        }

        // The parser would go on with a password that nobody typed.
        if (_misquoted is { } misquoted)
        {
            throw NoColumn(misquoted, "password");
        }

        if (_rows.Count == 0)
        {
            throw NoColumn(2, "user");
        }
    }

    private void Take(int row, string[] fields)
    {
        var user = fields[0].Trim();
        if (user.Length == 0 || HasLineEnd(user))
        {
            throw NoColumn(row, "user");
        }

        // A quote that is never closed swallows the rows behind it.
        if (fields.Length < 2 || HasLineEnd(fields[1]))
        {
            throw NoColumn(row, "password");
        }

        if (string.IsNullOrWhiteSpace(fields[1]))
        {
            _withoutPassword.Add(row);
        }

        if (!_rowOfUser.TryAdd(user, row))
        {
            _duplicate ??= Duplicate(user, _rowOfUser[user], row);
        }

        _rows.Add(new MailboxListRow(row, user, fields[1], Optional(fields, 2), Optional(fields, 3) ?? user));
    }

    private List<MailboxListRow> Checked()
    {
        if (_withoutPassword.Count > 0)
        {
            throw Trouble(SituationKeys.CsvPasswordEmpty, _withoutPassword[0], "the password is empty", ("n", _withoutPassword.Count));
        }

        return _duplicate is null ? _rows : throw _duplicate;
    }

    private static string? Optional(string[] fields, int index) =>
        index < fields.Length && fields[index].Trim() is { Length: > 0 } text ? text : null;

    /// <summary>What separates the columns of the first row that has any, outside of quotes.</summary>
    private static char SeparatorOf(string text)
    {
        int commas = 0, semicolons = 0;
        var quoted = false;
        foreach (var c in text)
        {
            quoted ^= c == '"';
            commas += !quoted && c == ',' ? 1 : 0;
            semicolons += !quoted && c == ';' ? 1 : 0;
            if (!quoted && c == '\n' && commas + semicolons > 0)
            {
                break;
            }
        }

        return semicolons > commas ? ';' : ',';
    }

    private static bool HasLineEnd(string field) => field.AsSpan().ContainsAny('\r', '\n');

    private ArchiveException NoColumn(int row, string column) =>
        Trouble(SituationKeys.CsvColumns, row, $"there is no {column} column", ("column", column));

    private ArchiveException Duplicate(string user, int row, int second) =>
        Trouble(SituationKeys.CsvDuplicate, row, $"the same mailbox is in row {second}", ("row2", second), ("b", user));

    private ArchiveException Trouble(string key, int row, string what, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var situation = new Situation(key, ErrorClass.Configuration).With("file", _file).With("row", row);
        foreach (var (name, value) in values)
        {
            situation = situation.With(name, value);
        }

        return new ArchiveException(situation, $"{_file}, row {row}: {what}. Nothing was taken over.");
    }
}
