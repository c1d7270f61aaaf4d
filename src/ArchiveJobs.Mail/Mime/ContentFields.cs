using System.Text;

namespace ArchiveJobs.Mail.Mime;

internal enum PartKind
{
    Leaf,
    Multipart,
    Message,
}

/// <summary>Collects the two header fields of a part that say how it is divided. The first of several equal fields counts.</summary>
internal sealed class ContentFields
{
    private readonly byte[] _value = new byte[MessageBounds.FieldOctets];
    private readonly byte[] _boundary = new byte[BoundaryStack.MaxBoundaryOctets];
    private int _valueLength;
    private int _boundaryLength;
    private Field _field;
    private bool _hasType, _hasEncoding, _isMultipart, _isMessage, _isIdentity;

    private enum Field
    {
        Other,
        Type,
        Encoding,
    }

    public bool IsBase64 { get; private set; }

    public bool IsDigest { get; private set; }

    public ReadOnlySpan<byte> Boundary => _boundary.AsSpan(0, _boundaryLength);

    /// <summary>What the fields say. A message that is itself encoded is a leaf: its own structure is not visible.</summary>
    public PartKind Kind => _isMultipart && _boundaryLength > 0 ? PartKind.Multipart : _isMessage && _isIdentity ? PartKind.Message : PartKind.Leaf;

    /// <param name="messageByDefault">A part of multipart/digest.</param>
    public void Reset(bool messageByDefault)
    {
        _field = Field.Other;
        _valueLength = _boundaryLength = 0;
        _hasType = _hasEncoding = _isMultipart = IsBase64 = IsDigest = false;
        _isMessage = messageByDefault;
        _isIdentity = true;
    }

    /// <summary>Begins the field whose line starts here; returns the octets to skip to get to its value.</summary>
    public int Begin(ReadOnlySpan<byte> line)
    {
        End();
        if (line.Length < 13 || (line[0] | 0x20) != 'c')
        {
            return 0;
        }

        if (!_hasType && IsNamed(line, "content-type"u8, out var at))
        {
            _field = Field.Type;
            return at;
        }

        if (!_hasEncoding && IsNamed(line, "content-transfer-encoding"u8, out at))
        {
            _field = Field.Encoding;
            return at;
        }

        return 0;
    }

    /// <summary>More octets of the current field, line ends included.</summary>
    public void Append(ReadOnlySpan<byte> octets)
    {
        if (_field == Field.Other)
        {
            return;
        }

        var length = Math.Min(octets.Length, _value.Length - _valueLength);
        octets[..length].CopyTo(_value.AsSpan(_valueLength));
        _valueLength += length;
    }

    /// <summary>Reads the field collected so far.</summary>
    public void End()
    {
        var value = (ReadOnlySpan<byte>)_value.AsSpan(0, _valueLength);
        switch (_field)
        {
            case Field.Type:
                _hasType = true;
                ReadType(value);
                break;
            case Field.Encoding:
                _hasEncoding = true;
                var encoding = FieldSyntax.FirstToken(value);
                IsBase64 = Ascii.EqualsIgnoreCase(encoding, "base64"u8);
                _isIdentity = !IsBase64 && !Ascii.EqualsIgnoreCase(encoding, "quoted-printable"u8) && !encoding.StartsWith("x-uue"u8);
                break;
        }

        _field = Field.Other;
        _valueLength = 0;
    }

    private static bool IsNamed(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, out int valueAt)
    {
        valueAt = name.Length;
        if (line.Length <= name.Length || !Ascii.EqualsIgnoreCase(line[..name.Length], name))
        {
            return false;
        }

        while (valueAt < line.Length && (line[valueAt] == ' ' || line[valueAt] == '\t'))
        {
            valueAt++;
        }

        return valueAt < line.Length && line[valueAt++] == ':';
    }

    private void ReadType(ReadOnlySpan<byte> value)
    {
        var type = FieldSyntax.FirstToken(value);
        _isMessage = Ascii.EqualsIgnoreCase(type, "message/rfc822"u8) || Ascii.EqualsIgnoreCase(type, "message/global"u8) || Ascii.EqualsIgnoreCase(type, "message/news"u8);
        _isMultipart = type.Length > 10 && Ascii.EqualsIgnoreCase(type[..10], "multipart/"u8);
        if (_isMultipart)
        {
            IsDigest = Ascii.EqualsIgnoreCase(type[10..], "digest"u8);
            _boundaryLength = FieldSyntax.Parameter(value, "boundary"u8, _boundary);
        }
    }
}
