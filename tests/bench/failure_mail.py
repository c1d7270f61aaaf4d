#!/usr/bin/env python3
"""The failure mail and the recovery mail of each situation that a person has to hear of, as two mail servers receive them.

  tests/bench/failure_mail.py --app OUT/archivejobs [--only NAME ...]

Needs what servers.py needs, python3-aiosmtpd, and root for "disk" (a tmpfs). Two channels: one receiver without encryption or login gets English, one that insists on STARTTLS
and a login gets Japanese. --only: some of password, host, certificate, store, disk, backup, down.
password, host, certificate, store, disk, backup: the cause, one failure mail a channel; asked again, none more; then the remedy, one recovery mail a channel; asked again, none more.
Each mail: what failed, why, since when, what to do, the link to the run, as text and as HTML, in the language of its channel.
down: both receivers are away while four profiles fail, the host is killed with -9, the receivers and the host come back: each mail arrives once.
"""
import argparse, glob, html, json, os, re, shutil, subprocess, tempfile, time
from email import message_from_bytes, policy
from servers import OPEN, Checks, Dovecot, Installation, free_ports, wait

RECEIVER = r'''
import json, ssl, sys
sys.path.insert(0, "/usr/lib/python3/dist-packages")
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
root, port, secure = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "secure"
class Keep:
    async def handle_DATA(self, server, session, envelope):
        import time
        name = f"{root}/{time.time_ns()}"
        with open(name + ".how", "w") as file:
            json.dump({"tls": session.ssl is not None, "authenticated": bool(session.authenticated)}, file)
        with open(name + ".mail", "wb") as file:
            file.write(envelope.content)
        return "250 kept"
def check(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"archive", b"let me send"))
more = {}
if secure:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(f"{root}/cert.pem", f"{root}/key.pem")
    more = dict(tls_context=context, require_starttls=True, authenticator=check, auth_required=True, auth_require_tls=True)
Controller(Keep(), hostname="127.0.0.1", port=port, **more).start()
print("up", flush=True)
sys.stdin.read()
'''
BASE = "https://archive.example.jp:8462"
TABLE = []


class Receiver:
    """Keeps every mail, and how it came; may be stopped and started again on its port."""

    def __init__(self, secure):
        self.secure, self.root, self.port, self.process = secure, tempfile.mkdtemp(prefix="aj-smtp-"), free_ports(1)[0], None
        self.name = "STARTTLS + login, ja" if secure else "no TLS, no login, en"
        if secure:
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-keyout", f"{self.root}/key.pem", "-out", f"{self.root}/cert.pem", "-subj", "/CN=smtp",
                            "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        OPEN.append(self)

    def start(self):
        self.process = subprocess.Popen(["/usr/bin/python3", "-W", "ignore", "-c", RECEIVER, self.root, str(self.port), "secure" if self.secure else "plain"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != b"up\n":
            raise SystemExit("the receiver does not start")
        return self

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def close(self):
        OPEN.remove(self)
        self.stop()
        shutil.rmtree(self.root)

    def mails(self):
        return [message_from_bytes(open(path, "rb").read(), policy=policy.default) for path in sorted(glob.glob(self.root + "/*.mail"))]

    def ways(self):
        return [json.load(open(path)) for path in sorted(glob.glob(self.root + "/*.how"))]


def begin(app, data=None):
    """An installation with a store and both channels."""
    aj = Installation(app, data)
    aj.must("store", "create", "2026")
    receivers = [Receiver(False), Receiver(True)]
    for receiver in receivers:
        more = ("--security", "starttls", "--user", "archive", "--password-file", aj.password("let me send"), "--ca-file", f"{receiver.root}/cert.pem", "--language", "ja") if receiver.secure \
            else ("--security", "none", "--language", "en")
        aj.must("alert", "smtp", "--name", "secure" if receiver.secure else "plain", "--host", "127.0.0.1", "--port", str(receiver.port), "--from", "archive@example.jp", "--to", "admin@example.jp", *more)
    aj.must("alert", "settings", "--base-url", BASE)
    return aj, receivers


def end(aj, receivers, *others):
    for one in (aj, *receivers, *others):
        one.close()


def bodies(mail):
    """The text part on one line, the HTML part as it is, and what a person reads of it."""
    page = mail.get_body(("html",)).get_content()
    read = html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<style.*?</style>", "", page, flags=re.S))).replace("“", '"').replace("”", '"')
    return mail.get_body(("plain",)).get_content(), page, read


def look(check, situation, receiver, mail, event, words):
    """words: what failed and why (a pattern), and what to do; in the language of the receiver."""
    text, page, read = bodies(mail)
    japanese = receiver.secure
    subject, sent = mail["Subject"], f"{receiver.name}: "
    if event == "recovered":
        good = subject.startswith("【復旧】" if japanese else "Works again: ")
        return check(sent + "the recovery mail says so", good and BASE in text, subject)
    failed, todo = words
    check(sent + "what failed and why, in one sentence", re.search(failed, text) and re.search(failed, read), re.split(r"\n", text.strip())[0])
    check(sent + "since when", re.search(r"\d{4}年\d{1,2}月\d{1,2}日.*\d\d:\d\d" if japanese else r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \w{3} \d{1,2}, \d{4}, (at )?\d\d:\d\d \(UTC", text))
    check(sent + "what to do", todo in text and todo in read, todo)
    check(sent + "link to the run, in both parts", re.search(re.escape(BASE) + r"/runs/\d+", text) and re.search(re.escape(BASE) + r"/runs/\d+", page), (re.findall(re.escape(BASE) + r"/runs/\d+", text) or ["none"])[-1])
    check(sent + "language of the HTML", f'lang="{"ja" if japanese else "en"}"' in page)
    check(sent + "no password in it", "wrong password" not in text + page and "let me send" not in text + page)


def situation(check, name, receivers, fail, repair, english, japanese):
    """The whole story of one cause."""
    for receiver in receivers:
        receiver.start()
    fail()
    fail()
    for receiver in receivers:
        mails = receiver.mails()
        check(f"{receiver.name}: two tries, one failure mail", [one["X-ArchiveJobs-Alert"] for one in mails] == ["opened"], [one["Subject"] for one in mails])
        if mails:
            look(check, name, receiver, mails[0], "opened", japanese if receiver.secure else english)
    repair()
    repair()
    for receiver in receivers:
        mails = receiver.mails()
        if not check(f"{receiver.name}: it works again, one recovery mail", [one["X-ArchiveJobs-Alert"] for one in mails] == ["opened", "recovered"], [one["X-ArchiveJobs-Alert"] for one in mails]):
            continue
        look(check, name, receiver, mails[-1], "recovered", None)
        check(f"{receiver.name}: as it was asked to", all(way == {"tls": receiver.secure, "authenticated": receiver.secure} for way in receiver.ways()), receiver.ways()[0])
        for event in ("opened", "recovered"):
            subjects = [one["Subject"] for one in mails if one["X-ArchiveJobs-Alert"] == event]
            TABLE.append((name if event == "opened" else f"{name}: works again", receiver.name, len(subjects), " / ".join(subjects)))


def run(aj, name="Sales"):
    return lambda: aj.call("run", "RunProfile", f"--name={name}")


def good(aj, *argv):
    """A repair that must work."""
    def ask():
        done = aj.call(*argv)
        if done.returncode != 0:
            raise SystemExit(f"{argv}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return ask


def password(app, check):
    server = Dovecot({"anna": "right"})
    server.fill("anna", 5)
    server.start()
    aj, receivers = begin(app)
    aj.add("Sales", server.port, password="wrong password")

    def repair():
        aj.must("profile", "set", "Sales", "--password-file", aj.password("right"))
        good(aj, "run", "RunProfile", "--name=Sales")()
    situation(check, "wrong password", receivers, run(aj), repair,
              (r'[Pp]rofile "Sales".*since.*(password|login|log in)', "password"), (r"プロファイル「Sales」", "パスワード"))
    end(aj, receivers, server)


def host(app, check):
    server = Dovecot({"anna": "right"})
    server.fill("anna", 5)
    server.start()
    aj, receivers = begin(app)
    aj.add("Sales", server.port, host="no-such-host.invalid")

    def repair():
        aj.must("profile", "set", "Sales", "--host", "127.0.0.1")
        good(aj, "run", "RunProfile", "--name=Sales")()
    situation(check, "unknown host", receivers, run(aj), repair,
              (r'Profile "Sales" has archived nothing since .*: no server named no-such-host\.invalid can be found\.', "Check the server name in the profile, then the DNS settings of this host."),
              (r"サーバーno-such-host\.invalidが見つからない", "プロファイルのサーバー名と、このホストのDNS設定を確認してください。"))
    end(aj, receivers, server)


def certificate(app, check):
    server = Dovecot({"anna": "right"})
    server.fill("anna", 5)
    server.start()
    aj, receivers = begin(app)
    aj.add("Sales", server.tls_port, security="tls")

    def repair():
        aj.must("profile", "set", "Sales", "--ca-file", server.cert)
        good(aj, "run", "RunProfile", "--name=Sales")()
    situation(check, "refused certificate", receivers, run(aj), repair,
              (r'[Pp]rofile "Sales" has been on hold since .* because 127\.0\.0\.1 uses a self-signed certificate', "Compare the fingerprint in the details"), (r"自己署名証明書であるため、.*プロファイル「Sales」のアーカイブを止めています", "詳細にある拇印をサーバー側と照合してから"))
    end(aj, receivers, server)


def store(app, check):
    server = Dovecot({"anna": "right"})
    server.fill("anna", 30)
    server.start()
    aj, receivers = begin(app)
    aj.add("Sales", server.port)
    aj.must("run", "RunProfile", "--name=Sales")
    path = sorted(glob.glob(f"{aj.data}/stores/1/segments/*.dat"))[0]
    place = open(path, "rb").read().index(b"AJR0") + 200

    def flip():
        mode = os.stat(path).st_mode
        os.chmod(path, 0o600)
        with open(path, "r+b") as file:
            file.seek(place)
            byte = file.read(1)[0]
            file.seek(place)
            file.write(bytes([byte ^ 1]))
        os.chmod(path, mode)
    flip()
    state = {"flipped": True}

    def repair():
        if state.pop("flipped", None):
            flip()
        good(aj, "run", "VerifyStore", "--id=1", "--level=full")()
    situation(check, "damaged store", receivers, lambda: aj.call("run", "VerifyStore", "--id=1", "--level=full"), repair,
              (r'in store "2026" were? ?(was)? ?found damaged', "Do not copy or compact the store"), (r"アーカイブストア「2026」で破損したメール", "「修復の計画…」を押して"))
    end(aj, receivers, server)


def disk(app, check):
    server = Dovecot({"anna": "right"})
    server.fill("anna", 60, size=100_000)
    server.start()
    data = tempfile.mkdtemp(prefix="aj-full-")
    os.makedirs(f"{data}/stores")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", f"{data}/stores"], check=True)
    try:
        aj, receivers = begin(app, data)
        aj.add("Sales", server.port)
        ballast = f"{data}/stores/ballast"
        free = os.statvfs(f"{data}/stores")
        with open(ballast, "wb") as file:
            file.write(b"x" * (free.f_bavail * free.f_frsize - 1_000_000))

        def repair():
            if os.path.exists(ballast):
                os.unlink(ballast)
            good(aj, "run", "RunProfile", "--name=Sales", "--wait")()
        situation(check, "full disk", receivers, run(aj), repair,
                  (r'The disk of store "2026" has been full since .*; 1 run waits, and what is archived is safe', "the runs go on by themselves"), (r"アーカイブストア「2026」のディスクに空きがなく、1件の実行を保留しています", "自動で再開"))
        end(aj, receivers, server)
    finally:
        subprocess.run(["umount", f"{data}/stores"], check=True)
        shutil.rmtree(data, ignore_errors=True)


def backup(app, check):
    server = Dovecot({"anna": "right"})
    server.fill("anna", 5)
    server.start()
    aj, receivers = begin(app)
    aj.add("Sales", server.port)
    aj.must("run", "RunProfile", "--name=Sales")
    aj.must("key", "recovery-code")
    root = tempfile.mkdtemp(prefix="aj-target-")
    target = f"{root}/drive/backups"
    os.makedirs(f"{root}/drive")
    make = ("run", "CreateBackup", f"--path={target}")
    aj.must(*make)
    os.rename(f"{root}/drive", f"{root}/away")
    aj.serve()

    def fail():
        """A drive may come back: told when it backs off for the third time in a row, within 3 minutes. Asked for by hand, the row would begin anew."""
        if not receivers[0].mails():
            aj.must(*make, "--detach")
            wait(lambda: all(receiver.mails() for receiver in receivers), 300)
        time.sleep(5)

    def repair():
        if os.path.exists(f"{root}/away"):
            os.rename(f"{root}/away", f"{root}/drive")
        good(aj, *make)()
        wait(lambda: all(len(receiver.mails()) > 1 for receiver in receivers), 60)
    situation(check, "backup target gone", receivers, fail, repair,
              (r"has not been made since .* because .*/drive/backups cannot be reached; the last good one is \d+ (s|min).* old", "Connect the drive or share"), (r"バックアップ先.*/drive/backupsに接続できず", "ドライブまたは共有フォルダを接続し"))
    end(aj, receivers, server)
    shutil.rmtree(root)


def down(app, check):
    names = ["Osaka", "Sales", "Sendai", "Tokyo"]
    aj, receivers = begin(app)
    for name in names:
        aj.add(name, 143, host="no-such-host.invalid")
    aj.serve()
    for name in names:
        aj.call("run", "RunProfile", f"--name={name}")
    def refused():
        listed = aj.json("alert", "deliveries")[1]["deliveries"]
        return listed if len(listed) == 2 * len(names) and all(one["reason"] for one in listed) else None
    waiting = wait(refused, 240)
    check("both receivers are away: eight deliveries wait, each with its reason", waiting and {(one["state"], one["reason"]) for one in waiting} == {("Pending", "host.refused")})
    aj.kill()
    began = time.monotonic()
    for receiver in receivers:
        receiver.start()
    aj.serve()
    wait(lambda: all(len(receiver.mails()) >= len(names) for receiver in receivers), 180)
    took = time.monotonic() - began
    time.sleep(20)
    for receiver in receivers:
        mails = receiver.mails()
        got = sorted(name for one in mails for name in names if name in one["Subject"])
        check(f"{receiver.name}: killed with -9 and started again, each mail once, none lost", got == names, f"{got}, after {took:.0f} s")
        TABLE.append(("receiver down, kill -9, back", receiver.name, len(mails), " / ".join(one["Subject"] for one in mails)))
    check("the outbox says so", {one["state"] for one in aj.json("alert", "deliveries")[1]["deliveries"]} == {"Delivered"})
    for name in names:
        aj.call("run", "RunProfile", f"--name={name}")
    time.sleep(8)
    check("the same again: nobody is told twice", [len(receiver.mails()) for receiver in receivers] == [4, 4], [len(receiver.mails()) for receiver in receivers])
    end(aj, receivers)


ALL = [password, host, certificate, store, disk, backup, down]

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True)
    parser.add_argument("--only", nargs="*", choices=[one.__name__ for one in ALL], default=[])
    given = parser.parse_args()
    check = Checks()
    for part in ALL:
        if not given.only or part.__name__ in given.only:
            print(f"== {part.__name__}", flush=True)
            part(os.path.abspath(given.app), check)
    print("\nsituation | receiver | mails | subject")
    for row in TABLE:
        print(" | ".join(str(cell) for cell in row))
    check.end()
