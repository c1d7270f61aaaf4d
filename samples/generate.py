#!/usr/bin/env python3
"""Writes the sample mailboxes and their manifest. Run it from anywhere; it replaces what it wrote before.

The manifest is made from the octets before they go into files, so a test can compare what a source delivers with it.
"""
import base64, hashlib, pathlib, shutil, struct, zlib

HERE = pathlib.Path(__file__).resolve().parent
MANIFEST = HERE.parent / "tests/ArchiveJobs.Mail.Tests/Files/samples.manifest.tsv"
CRLF, LF = b"\r\n", b"\n"


def word(text, charset):
    """An encoded word (RFC 2047)."""
    return "=?%s?B?%s?=" % (charset, base64.b64encode(text.encode(charset)).decode())


def message(fields, body, end=LF):
    """fields: text or bytes; body: bytes with LF, turned into the line end asked for."""
    lines = [f if isinstance(f, bytes) else f.encode("ascii") for f in fields]
    return (b"\n".join(lines) + b"\n\n" + body).replace(LF, end)


def b64(octets, end=LF):
    text = base64.b64encode(octets)
    return b"".join(text[i:i + 76] + end for i in range(0, len(text), 76))


def png(size, seed):
    """A small picture of diagonal stripes."""
    rows = b"".join(b"\0" + bytes(((x * seed + y * 7) * 5 + (x ^ y)) & 0xFF for x in range(size)) for y in range(size))
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


DRAWING = png(96, 3)      # The same attachment in several mails of all three mailboxes.
PRICES = ("品番,品名,単価,数量\r\n" + "".join("A-%03d,部品 %d 型,%d,%d\r\n" % (i, i, 120 + i * 35, 5 + i % 9) for i in range(1, 120))).encode("cp932")


def mixed(fields, text, attachments, boundary, end=LF, text_type="text/plain; charset=utf-8", encoding="8bit"):
    parts = [b"Content-Type: %s\nContent-Transfer-Encoding: %s\n\n%s" % (text_type.encode(), encoding.encode(), text)]
    for kind, disposition, octets in attachments:
        head = b"Content-Type: " + kind.encode() + b"\n" + (b"Content-Disposition: " + disposition.encode() + b"\n" if disposition else b"")
        parts.append(head + b"Content-Transfer-Encoding: base64\n\n" + b64(octets))
    b = boundary.encode()
    body = b"This is a multi-part message in MIME format.\n" + b"".join(b"--" + b + b"\n" + p + b"\n" for p in parts) + b"--" + b + b"--\n"
    return message(fields + ["MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="%s"' % boundary], body, end)


def head(sender, to, subject, date, mid, *more):
    fields = ["From: " + sender, "To: " + to]
    fields.append(b"Subject: " + subject if isinstance(subject, bytes) else "Subject: " + subject)
    if date:
        fields.append("Date: " + date)
    if mid:
        fields.append("Message-ID: <%s>" % mid)
    return fields + list(more)


SATO = '%s <sato@example.jp>' % word("佐藤 花子", "utf-8")
SUZUKI = '%s <suzuki@example.jp>' % word("鈴木 一郎", "iso-2022-jp")
KIM = '"Kim, Alex" <alex@example.com>'
ORDERS = "orders@example.com"
PLAIN = "Content-Type: text/plain; charset=us-ascii"

# ---------------------------------------------------------------- eml/ (CRLF, as mail programs save it)
eml = {}


def put_eml(folder, name, octets):
    eml[(folder, name)] = octets


put_eml("", "01-plain.eml", message(head(KIM, "sato@example.jp", "Delivery on Thursday", "Mon, 02 Nov 2026 09:12:05 +0900", "e01@example.com", PLAIN),
        b"Hello,\n\nthe pump leaves our warehouse on Thursday. The drawing follows in a second mail.\n\nAlex\n", CRLF))
put_eml("", "02-html.eml", message(head(KIM, "sato@example.jp", "Autumn price list", "Mon, 02 Nov 2026 10:00:00 +0000", "e02@example.com", "MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=alt-02"),
        b"--alt-02\nContent-Type: text/plain; charset=utf-8\n\nThe new prices are valid from December.\n\n--alt-02\nContent-Type: text/html; charset=utf-8\n\n"
        b"<html><body><p>The <b>new</b> prices are valid from December.</p><script>alert('must not run')</script>"
        b"<img src=\"http://tracker.example.com/pixel.gif\"></body></html>\n\n--alt-02--\n", CRLF))
put_eml("", "03-attachment.eml", mixed(head(KIM, "sato@example.jp", "Drawing of the pump", "Tue, 03 Nov 2026 08:30:00 +0900", "e03@example.com"),
        b"Here is the drawing.\n", [('image/png; name="pump.png"', 'attachment; filename="pump.png"', DRAWING)], "mix-03", CRLF))
put_eml("", "04-attachment-again.eml", mixed(head("sato@example.jp", "suzuki@example.jp", "Fwd: Drawing of the pump", "Tue, 03 Nov 2026 09:10:00 +0900", "e04@example.jp"),
        "転送します。\n".encode(), [('image/png; name="pump.png"', 'attachment; filename="pump.png"', DRAWING)], "mix-04", CRLF))
inner = message(head(KIM, "sato@example.jp", "Complaint about the seal", "Wed, 04 Nov 2026 07:00:00 +0000", "e05-inner@example.com", PLAIN), b"The seal leaks after two hours.\n")
put_eml("", "05-nested-message.eml", message(head("sato@example.jp", "suzuki@example.jp", "A complaint for you", "Wed, 04 Nov 2026 17:00:00 +0900", "e05@example.jp", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="mix-05"'),
        b"--mix-05\nContent-Type: text/plain\n\nSee below.\n\n--mix-05\nContent-Type: message/rfc822\n\n" + inner + b"\n--mix-05--\n", CRLF))
inner2 = mixed(head(SUZUKI, KIM, "Inner mail with a drawing", "Wed, 04 Nov 2026 18:00:00 +0900", "e06-inner@example.jp"), b"inside\n",
               [("image/png", 'attachment; filename="pump.png"', DRAWING)], "inner-06")
put_eml("", "06-nested-twice.eml", message(head("sato@example.jp", "alex@example.com", "Fwd: Fwd: drawing", "Thu, 05 Nov 2026 08:00:00 +0900", "e06@example.jp", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="outer-06"'),
        b"--outer-06\nContent-Type: message/rfc822\n\n" + message(head("x@example.com", "y@example.com", "middle", "Wed, 04 Nov 2026 19:00:00 +0900", "e06-middle@example.com", "MIME-Version: 1.0", "Content-Type: message/rfc822"), inner2) + b"\n--outer-06--\n", CRLF))
put_eml("Japanese", "07-iso-2022-jp.eml", message(head(SUZUKI, "sato@example.jp", word("見積のお願い", "iso-2022-jp"), "Fri, 06 Nov 2026 10:00:00 +0900", "e07@example.jp", "MIME-Version: 1.0", "Content-Type: text/plain; charset=ISO-2022-JP", "Content-Transfer-Encoding: 7bit"),
        "佐藤様\n\nいつもお世話になっております。\nポンプ10台の見積をお願いします。\n\n鈴木\n".encode("iso-2022-jp"), CRLF))
put_eml("Japanese", "08-shift-jis-raw-header.eml", message(["From: suzuki@example.jp", "To: sato@example.jp", b"Subject: " + "納期の確認について".encode("cp932"), "Date: Fri, 06 Nov 2026 11:00:00 +0900", "Message-ID: <e08@example.jp>", "MIME-Version: 1.0", "Content-Type: text/plain; charset=Shift_JIS", "Content-Transfer-Encoding: 8bit"],
        "納期は十二月十日です。よろしくお願いします。\n".encode("cp932"), CRLF))
put_eml("Japanese", "09-iso-2022-jp-raw-header.eml", message(["From: suzuki@example.jp", "To: sato@example.jp", b"Subject: " + "会議室の変更".encode("iso-2022-jp"), "Date: Fri, 06 Nov 2026 12:00:00 +0900", "Message-ID: <e09@example.jp>"],
        "会議室は三階に変わりました。\n".encode("iso-2022-jp"), CRLF))
put_eml("Japanese", "10-utf8-base64.eml", message(head(SATO, "suzuki@example.jp", word("議事録", "utf-8"), "Fri, 06 Nov 2026 13:00:00 +0900", "e10@example.jp", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"),
        b64("本日の議事録です。\n一、出荷の予定\n二、来月の展示会\n".encode()), CRLF))
put_eml("Japanese", "11-price-list-cp932.eml", mixed(head(SUZUKI, "sato@example.jp", word("価格表", "utf-8"), "Fri, 06 Nov 2026 14:00:00 +0900", "e11@example.jp"),
        "価格表を送ります。\n".encode(), [("text/csv; charset=Shift_JIS; name=prices.csv", "attachment; filename=prices.csv", PRICES)], "mix-11", CRLF))
put_eml("Broken", "12-no-close-boundary.eml", message(head(KIM, "sato@example.jp", "Cut off", "Sat, 07 Nov 2026 08:00:00 +0000", "e12@example.com", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="never-closed"'),
        b"--never-closed\nContent-Type: text/plain\n\nThe connection broke in the middle of the attach", CRLF))
put_eml("Broken", "13-boundary-missing.eml", message(head(KIM, "sato@example.jp", "Declared multipart, is not", "Sat, 07 Nov 2026 09:00:00 +0000", "e13@example.com", "MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=nowhere-in-the-text"),
        b"There is only this text.\n", CRLF))
put_eml("Broken", "14-bad-base64.eml", message(head(KIM, "sato@example.jp", "Base64 with noise", "Sat, 07 Nov 2026 10:00:00 +0000", "e14@example.com", "MIME-Version: 1.0", "Content-Type: application/octet-stream; name=noise.bin", "Content-Transfer-Encoding: base64"),
        b64(DRAWING)[:1200] + b"*** this is not base64 ***\n" + b64(DRAWING)[1200:2000], CRLF))
put_eml("Broken", "15-no-message-id.eml", message(head("scanner@example.jp", "sato@example.jp", "Scan 0001", "Sat, 07 Nov 2026 11:00:00 +0900", None, PLAIN), b"Scanned document 1.\n", CRLF))
put_eml("Broken", "16-no-message-id-twin.eml", message(head("scanner@example.jp", "sato@example.jp", "Scan 0001", "Sat, 07 Nov 2026 11:00:00 +0900", None, PLAIN), b"Scanned document 2.\n", CRLF))
put_eml("Broken", "17-equal-message-id.eml", message(head(KIM, "sato@example.jp", "Delivery on Thursday", "Mon, 02 Nov 2026 09:12:05 +0900", "e01@example.com", PLAIN), b"Hello,\n\nsame Message-ID as 01, other text: it comes on FRIDAY.\n", CRLF))
put_eml("Broken", "18-no-date.eml", message(head(KIM, "sato@example.jp", "No date at all", None, "e18@example.com", PLAIN), b"When was this?\n", CRLF))
put_eml("Broken", "19-nul-byte.eml", message(head(KIM, "sato@example.jp", "NUL inside", "Sat, 07 Nov 2026 12:00:00 +0000", "e19@example.com", PLAIN), b"before\0after\n", CRLF))
put_eml("Broken", "20-mixed-line-ends.eml", message(head(KIM, "sato@example.jp", "Bare line feeds among CR LF", "Sat, 07 Nov 2026 13:00:00 +0000", "e20@example.com", PLAIN), b"one\n", CRLF) + b"two\nthree\r\nfour\rfive\n\r\nsix")
put_eml("Broken", "21-attachment-without-disposition.eml", mixed(head(KIM, "sato@example.jp", "Attachment without disposition", "Sat, 07 Nov 2026 14:00:00 +0000", "e21@example.com"),
        b"The picture has no Content-Disposition.\n", [("image/png", "", DRAWING)], "mix-21", CRLF))
put_eml("Broken", "22-signed-8bit.eml", message(head("sato@example.jp", "alex@example.com", "Signed, 8 bit", "Sat, 07 Nov 2026 15:00:00 +0900", "e22@example.jp", "MIME-Version: 1.0", 'Content-Type: multipart/signed; micalg=pgp-sha256; protocol="application/pgp-signature"; boundary="sig-22"'),
        b"--sig-22\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + "署名した本文です。末尾の空白も残ります。  \n".encode() +
        b"--sig-22\nContent-Type: application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n\nc2FtcGxlIG9ubHksIG5vdCBhIHNpZ25hdHVyZQ==\n-----END PGP SIGNATURE-----\n\n--sig-22--\n", CRLF))
put_eml("Broken", "23-windows-1251.eml", message(head("ivan@example.com", "sato@example.jp", b"=?windows-1251?Q?=D1=F7=E5=F2_=E7=E0_=ED=EE=FF=E1=F0=FC?=", "Sat, 07 Nov 2026 16:00:00 +0300", "e23@example.com", "MIME-Version: 1.0", "Content-Type: text/plain; charset=windows-1251", "Content-Transfer-Encoding: 8bit"),
        "Здравствуйте! Счет во вложении.\n".encode("cp1251"), CRLF))
put_eml("Broken", "24-headers-only.eml", b"From: alex@example.com\r\nTo: sato@example.jp\r\nSubject: Headers and nothing else\r\n")
put_eml("Broken", "25-no-headers.eml", b"\r\nOnly a body.\r\n")

# ---------------------------------------------------------------- maildir/sato (LF, as servers keep it)
maildir = []  # (folder, directory, "cur" or "new", letters, octets)
FOLDERS = {"INBOX": "", "Sent": ".Sent", "Trash": ".Trash", "Projects/Pump": ".Projects.Pump", "取引先/見積": "." + "&U9ZfFVFI-" + "." + "&iYt6TQ-"}


def put_maildir(folder, place, letters, octets):
    maildir.append((folder, place, letters, octets))


for i, (subject, text) in enumerate([
        ("Order 4711 received", "Thank you for order 4711.\n"), ("Order 4711 shipped", "Order 4711 left today.\n"),
        ("Invoice 2026-118", "Please find invoice 2026-118 in the portal.\n"), ("Reminder: invoice 2026-118", "Invoice 2026-118 is due.\n"),
        ("Maintenance on Sunday", "The portal is closed on Sunday from 02:00 to 04:00.\n"), ("Your order 4712", "Order 4712 is being packed.\n")]):
    put_maildir("INBOX", "cur", ["S", "RS", "FS", "", "S", "S"][i], message(head(ORDERS, "sato@example.jp", subject, "Mon, 09 Nov 2026 %02d:00:00 +0000" % (8 + i), "m%02d@example.com" % (i + 1), PLAIN), text.encode()))
put_maildir("INBOX", "new", "", message(head(SUZUKI, SATO, word("至急：図面の差し替え", "utf-8"), "Tue, 10 Nov 2026 09:00:00 +0900", "m07@example.jp", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"), "新しい図面を送りました。\n".encode()))
put_maildir("INBOX", "new", "", mixed(head(SUZUKI, SATO, word("図面", "utf-8"), "Tue, 10 Nov 2026 09:05:00 +0900", "m08@example.jp"), "図面です。\n".encode(),
            [('image/png; name="pump.png"', 'attachment; filename="pump.png"', DRAWING)], "mix-m08"))
# The same octets in two folders: one message, two placements.
both = message(head("sato@example.jp", "alex@example.com", "Kept in two folders", "Tue, 10 Nov 2026 10:00:00 +0900", "m09@example.jp", PLAIN), b"This mail lies in Sent and in Projects/Pump.\n")
put_maildir("Sent", "cur", "S", both)
put_maildir("Projects/Pump", "cur", "S", both)
for i in range(3):
    put_maildir("Sent", "cur", "S", message(head(SATO, ORDERS, "Order %d" % (4711 + i), "Tue, 10 Nov 2026 1%d:30:00 +0900" % i, "m1%d@example.jp" % i, PLAIN), b"We order %d pumps, type A-%03d.\n" % (2 + i, 10 + i)))
put_maildir("Projects/Pump", "cur", "FS", mixed(head(KIM, SATO, "Re: Drawing of the pump", "Wed, 11 Nov 2026 09:00:00 +0000", "m13@example.com"), b"With my corrections.\n",
            [('image/png; name="pump-2.png"', 'attachment; filename="pump-2.png"', png(96, 5)), ('image/png; name="pump.png"', 'attachment; filename="pump.png"', DRAWING)], "mix-m13"))
put_maildir("Projects/Pump", "cur", "S", message(head(KIM, SATO, "Test report", "Wed, 11 Nov 2026 10:00:00 +0000", "m14@example.com", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"),
            b"Pressure: 4.2 bar, temperature: 80 =C2=B0C, a line that is longer than seventy=\n-six characters and therefore folded.\n"))
put_maildir("Trash", "cur", "ST", message(head("offers@example.com", "sato@example.jp", "Cheap seals!", "Wed, 11 Nov 2026 11:00:00 +0000", "m15@example.com", PLAIN), b"Buy now.\n"))
put_maildir("取引先/見積", "cur", "S", message(head(SUZUKI, SATO, word("見積書 No. 88", "iso-2022-jp"), "Thu, 12 Nov 2026 09:00:00 +0900", "m16@example.jp", "MIME-Version: 1.0", "Content-Type: text/plain; charset=ISO-2022-JP"), "見積書をお送りします。金額は税別です。\n".encode("iso-2022-jp")))
put_maildir("取引先/見積", "cur", "RS", mixed(head(SUZUKI, SATO, word("見積の価格表", "utf-8"), "Thu, 12 Nov 2026 09:30:00 +0900", "m17@example.jp"), "価格表を添付します。\n".encode(),
            [("text/csv; charset=Shift_JIS; name=prices.csv", "attachment; filename=prices.csv", PRICES)], "mix-m17"))

# ---------------------------------------------------------------- mbox/ (LF, mboxrd)
boxes = {"team": [], "lists": []}


def put_mbox(name, date, octets):
    boxes[name].append((date, octets))


for i, text in enumerate([
        "Good morning,\n\nthe line stands still since six.\n\nFrom now on the night shift reports by mail.\n", "Line 2 runs again.\n\n",
        "Quoted by a person:\n>From the manual: turn the valve first.\n>>From an older mail.\n", "No empty line at the end, next mail follows at once.\n",
        "Two empty lines at the end belong to this mail.\n\n\n"]):
    put_mbox("team", "Mon Nov 16 %02d:00:00 2026" % (6 + i), message(head("line%d@example.jp" % (1 + i % 2), "team@example.jp", "Shift report %d" % (i + 1), "Mon, 16 Nov 2026 %02d:00:00 +0900" % (15 + i), "b%02d@example.jp" % (i + 1), PLAIN, *(["Status: RO", "X-Status: A"] if i == 1 else [])), text.encode()))
put_mbox("team", "Mon Nov 16 12:00:00 2026", mixed(head(KIM, "team@example.jp", "Drawing for all", "Mon, 16 Nov 2026 12:00:00 +0000", "b06@example.com"), b"For the board.\n",
         [('image/png; name="pump.png"', 'attachment; filename="pump.png"', DRAWING)], "mix-b06"))
twice = message(head("line1@example.jp", "team@example.jp", "Twice in this file", "Mon, 16 Nov 2026 21:00:00 +0900", "b07@example.jp", PLAIN), b"Delivered twice.\n")
put_mbox("team", "Mon Nov 16 12:30:00 2026", twice)
put_mbox("team", "Mon Nov 16 12:31:00 2026", twice)
for i in range(8):
    put_mbox("lists", "Tue Nov 17 %02d:15:00 2026" % (8 + i), message(head("member%d@example.com" % i, "pumps@lists.example.com", ("Re: " if i else "") + "[pumps] seals for hot water", "Tue, 17 Nov 2026 %02d:15:00 +0000" % (8 + i), "b2%d@example.com" % i, *(["In-Reply-To: <b20@example.com>", "References: <b20@example.com>"] if i else []), "List-Id: <pumps.lists.example.com>", PLAIN),
             b"> which seal holds 90 degrees?\n\nType %d does, for %d months.\n" % (i + 3, 6 + i)))


def quoted(octets):
    return b"".join((b">" if line.lstrip(b">").startswith(b"From ") else b"") + line for line in octets.splitlines(keepends=True))


# ---------------------------------------------------------------- writing
def main():
    rows = []

    def note(kind, path, folder, octets, unquoted=None):
        plain = octets if unquoted is None else unquoted
        rows.append((kind, path, folder, hashlib.sha256(octets).hexdigest(), len(octets), hashlib.sha256(plain).hexdigest()))

    for name in ("eml", "maildir", "mbox"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    for (folder, name), octets in eml.items():
        path = HERE / "eml" / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(octets)
        note("eml", "eml", folder or "INBOX", octets)
    for number, (folder, place, letters, octets) in enumerate(maildir):
        directory = HERE / "maildir" / "sato" / FOLDERS[folder] / place
        directory.mkdir(parents=True, exist_ok=True)
        # ';' instead of ':', which Windows does not allow in a file name.
        (directory / ("17629%05d.M%dP1.sample,S=%d%s" % (number * 3600, number, len(octets), ";2," + letters if place == "cur" else ""))).write_bytes(octets)
        note("maildir", "maildir/sato", folder, octets)
    for name, messages in boxes.items():
        (HERE / "mbox").mkdir(exist_ok=True)
        with open(HERE / "mbox" / (name + ".mbox"), "wb") as file:
            for date, octets in messages:
                assert octets.endswith(b"\n")
                file.write(b"From sender@example.jp " + date.encode() + b"\n" + quoted(octets) + b"\n")
                note("mbox", "mbox", name, quoted(octets), octets)
    MANIFEST.parent.mkdir(parents=True, exist_ok=True)
    text = "kind\tpath\tfolder\tsha256\tsize\tsha256 unquoted\n" + "".join("\t".join(map(str, row)) + "\n" for row in rows)
    MANIFEST.write_text(text, encoding="utf-8", newline="\n")
    print(len(rows), "messages")


main()
