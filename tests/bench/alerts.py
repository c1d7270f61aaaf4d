#!/usr/bin/env python3
"""Failure alerts as a person gets them: a run that fails, a mail server that is down for a while, a network message, a pickup directory, one alert a cause, recovery, audit.

  tests/bench/alerts.py --app OUT/archivejobs [--only NAME ...]

Starts private mail servers on free loopback ports (dovecot-imapd, openssl, python3-aiosmtpd; see servers.py) and the program on fresh data directories. One line "ok" or
"FAIL" a check; exit code 1 when one failed. --only: some of mail, down, message, pickup, once, audit.
"""
import argparse, glob, os, sqlite3, subprocess, sys, tempfile, time
from email import message_from_bytes, policy
from servers import OPEN, Checks, Dovecot, Installation, free_ports

RECEIVER = r'''
import asyncio, sys
sys.path.insert(0, "/usr/lib/python3/dist-packages")
from aiosmtpd.controller import Controller
class Keep:
    count = 0
    async def handle_DATA(self, server, session, envelope):
        Keep.count += 1
        open("%s/%%04d.mail" %% Keep.count, "wb").write(envelope.content)
        return "250 kept"
controller = Controller(Keep(), hostname="127.0.0.1", port=%d)
controller.start()
print("up", flush=True)
sys.stdin.read()
'''


class Receiver:
    """Keeps every mail; may be stopped and started again on its port."""

    def __init__(self):
        self.root, self.port, self.process = tempfile.mkdtemp(prefix="aj-smtp-"), free_ports(1)[0], None
        OPEN.append(self)

    def start(self):
        self.process = subprocess.Popen(["/usr/bin/python3", "-c", RECEIVER % (self.root, self.port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.process.stdout.readline()

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def mails(self):
        return [message_from_bytes(open(f, "rb").read(), policy=policy.default) for f in sorted(glob.glob(self.root + "/*.mail"))]


def installed(app):
    one = Installation(app)
    one.must("store", "create", "2026")
    return one


def nowhere(aj, name="Sales", host="no-such-host.invalid"):
    aj.must("profile", "add", name, "--source", "imap", "--host", host, "--user", "sales", "--password-file", aj.password("pw"))


def smtp(aj, receiver, *more):
    aj.must("alert", "smtp", "--host", "127.0.0.1", "--port", str(receiver.port), "--security", "none", "--from", "archive@example.jp", "--to", "admin@example.jp", *more)


def text(mail):
    return mail.get_body(("plain",)).get_content()


def until(what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.2)
    return False


def mail(app, check):
    receiver, aj = Receiver(), installed(app)
    receiver.start()
    nowhere(aj)
    smtp(aj, receiver)
    aj.must("alert", "settings", "--base-url", "https://archive.example.jp:8462")
    tested = aj.call("alert", "test")
    check("alert test says that it arrived", tested.returncode == 0 and "Delivered." in tested.stdout and len(receiver.mails()) == 1, tested.stdout.strip())
    code = aj.call("run", "RunProfile", "--name=Sales").returncode
    mails = receiver.mails()[1:]
    check("one mail before the command ends", code == 1 and len(mails) == 1, f"exit code {code}, {len(mails)} mails")
    check("subject", mails[0]["Subject"] == 'Failed: profile "Sales" - no server named no-such-host.invalid', mails[0]["Subject"])
    body = text(mails[0])
    print("    | " + body.strip().replace("\n", "\n    | "))
    check("what failed, what to do, the run", "no server named no-such-host.invalid can be found." in body and "Check the server name in the profile" in body
          and "https://archive.example.jp:8462/runs/1" in body)


def down(app, check):
    receiver, aj = Receiver(), installed(app)
    nowhere(aj)
    smtp(aj, receiver)
    began = time.monotonic()
    shown = aj.call("run", "RunProfile", "--name=Sales")
    took = time.monotonic() - began
    check("the mail server is down: the command says so and ends within 30 s", "not been delivered yet" in shown.stderr and took < 35, f"{took:.0f} s, {shown.stderr.strip()[-140:]}")
    waiting = aj.json("alert", "deliveries")[1]["deliveries"]
    check("the alert waits in the outbox with its reason", len(waiting) == 1 and waiting[0]["state"] == "Pending" and waiting[0]["reason"] == "host.refused", waiting[0]["reason"])
    aj.serve()
    time.sleep(5)
    receiver.start()
    arrived = until(lambda: receiver.mails(), 180)
    check("the server is up again: the host delivers", arrived, f"after {time.monotonic() - began:.0f} s")
    check("once", until(lambda: aj.json("alert", "deliveries")[1]["deliveries"][0]["state"] == "Delivered") and len(receiver.mails()) == 1, f"{len(receiver.mails())} mails")


def message(app, check):
    aj = installed(app)
    home = tempfile.mkdtemp(prefix="aj-msg-")
    program = f"{home}/msg"
    open(program, "w").write(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{home}/arguments"\ncat > "{home}/input"\n')
    os.chmod(program, 0o755)
    os.environ["ARCHIVEJOBS_MSG_PROGRAM"] = program
    try:
        nowhere(aj)
        aj.must("alert", "network-message", "--server", "192.0.2.10", "--user", "administrator")
        aj.call("run", "RunProfile", "--name=Sales")
    finally:
        del os.environ["ARCHIVEJOBS_MSG_PROGRAM"]
    arguments = open(f"{home}/arguments").read().split("\n")[:-1]
    check("msg gets server and user as arguments, without a shell", arguments == ["/server:192.0.2.10", "administrator"], arguments)
    words = open(f"{home}/input").read()
    check("and the text on its standard input", "No server named no-such-host.invalid can be found." in words and len(words) < 200, words)


def pickup(app, check):
    aj = installed(app)
    out = tempfile.mkdtemp(prefix="aj-pickup-")
    nowhere(aj)
    aj.must("alert", "pickup", "--directory", out, "--language", "ja")
    aj.call("run", "RunProfile", "--name=Sales")
    files = os.listdir(out)
    check("one .eml a notice", files == ["alert-1-opened.eml"], files)
    read = message_from_bytes(open(f"{out}/{files[0]}", "rb").read(), policy=policy.default)
    check("in the language of the channel", "サーバーno-such-host.invalidが見つからない" in text(read), read["Subject"])


def once(app, check):
    server, receiver = Dovecot({"anna": "right"}), Receiver()
    server.fill("anna", 12)
    server.start()
    receiver.start()
    aj = installed(app)
    aj.add("Sales", server.port, password="wrong")
    smtp(aj, receiver)
    for _ in range(2):
        aj.call("run", "RunProfile", "--name=Sales")
    check("two runs, one cause, one alert", len(receiver.mails()) == 1, [one["Subject"] for one in receiver.mails()])
    aj.must("profile", "set", "Sales", "--password-file", aj.password("right"))
    aj.must("run", "RunProfile", "--name=Sales")
    aj.must("run", "RunProfile", "--name=Sales")
    mails = receiver.mails()
    check("one notice that it works again", [one["X-ArchiveJobs-Alert"] for one in mails] == ["opened", "recovered"], mails[-1]["Subject"])
    check("in the same conversation", mails[-1]["In-Reply-To"] == mails[0]["Message-ID"])


def audit(app, check):
    aj = installed(app)
    nowhere(aj)
    aj.call("run", "RunProfile", "--name=Sales")
    events = aj.json("audit", "list")[1]["events"]
    print("    | " + "\n    | ".join(f"{one['sequence']} {one['level']} {one['actor']} {one['action']}" for one in events))
    check("ProfileRunArc at level Error", [one["level"] for one in events if one["action"] == "ProfileRunArc"] == ["Error"])
    code, sound = aj.json("VerifyAudit")
    check("VerifyAudit: sound", code == 0 and sound["faults"] == [], f"{sound['events']} events")
    with sqlite3.connect(f"{aj.data}/master.db") as db:
        db.execute("UPDATE AuditEvents SET Actor = 'nobody' WHERE Sequence = 3")
        db.execute("DELETE FROM AuditEvents WHERE Sequence = 5")
    db.close()
    code, found = aj.json("VerifyAudit")
    check("a changed and a deleted event are named", code == 1 and [(one["kind"], one["from"]) for one in found["faults"]] == [("different", 3), ("missing", 5)],
          [one["what"] for one in found["faults"]])


ALL = [mail, down, message, pickup, once, audit]

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True)
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    check = Checks()
    for part in ALL:
        if not given.only or part.__name__ in given.only:
            print(f"== {part.__name__}")
            part(os.path.abspath(given.app), check)
    check.end()
