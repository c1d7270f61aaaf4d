using System.Text;

namespace ArchiveJobs.TestKit.Servers;

/// <summary>Names of IMAP folders as they are stored and sent (RFC 3501 section 5.1.3).</summary>
public static class ModifiedUtf7
{
    public static string Encode(string name)
    {
        var text = new StringBuilder();
        for (var i = 0; i < name.Length;)
        {
            if (name[i] is >= ' ' and <= '~')
            {
                text.Append(name[i] == '&' ? "&-" : name[i].ToString());
                i++;
                continue;
            }

            var from = i;
            while (i < name.Length && name[i] is < ' ' or > '~')
            {
                i++;
            }

            var base64 = Convert.ToBase64String(Encoding.BigEndianUnicode.GetBytes(name[from..i])).TrimEnd('=').Replace('/', ',');
            text.Append('&').Append(base64).Append('-');
        }

        return text.ToString();
    }
}
