#!/usr/bin/env python3
"""Situations a person will meet: state of the run, what is retried when, the sentences, the exit code; and what the store holds afterwards.

  tests/bench/situations.py --app OUT/archivejobs [--only NAME ...]

Starts a private Dovecot on free loopback ports (dovecot-imapd, openssl; see servers.py) and the program on fresh data directories. One line "ok" or "FAIL" a check;
exit code 1 when one failed. --only: some of passwords, hosts, certificates, dropped, renumbered, moved, flipped, blocked.
"""
import argparse, os, random, shutil, subprocess, tempfile
from servers import ENDS, Checks, Dovecot, Installation, Silent, free_ports, wait

RESTART = "Enter the current password: archivejobs profile set {p} --password-file FILE"


def installed(app, name="Room"):
    one = Installation(app)
    one.must("store", "create", name)
    return one


def passwords(app, check):
    server = Dovecot({"anna": "right", "ben": "right", "carl": "right"})
    for user in server.users:
        server.fill(user, 12)
    server.start()
    aj = installed(app)
    aj.add("Sales", server.port, password="wrong")
    code, run = aj.json("run", "RunProfile", "--name=Sales")
    run = aj.show(run["id"])
    check.state(code, run, "Waiting", "authentication", "login.refused")
    check.sentence(run, 'Profile "Sales" has archived nothing since {date}: 127.0.0.1 does not accept the user name or password for anna.', RESTART.replace("{p}", "Sales"))
    check.next(run, 6 * 3600 - 60, 6 * 3600 + 60)
    check("the server's own words", "AUTHENTICATIONFAILED" in (run["words"] or ""), run["words"])
    shown = aj.call("run", "RunProfile", "--name=Sales")
    check("the same sentence on the console", "Profile \"Sales\" has archived nothing since" in shown.stdout and shown.returncode == 1, f"exit code {shown.returncode}")
    print("    | " + shown.stdout.strip().replace("\n", "\n    | "))
    aj.must("profile", "set", "Sales", "--password-file", aj.password("right"))
    code, again = aj.json("run", "RunProfile", "--name=Sales")
    check.state(code, again, "Succeeded", None, None, 0)
    check("the waiting run went on when the password was right", again["id"] == run["id"] and again["counters"]["archived"] == 12, f"run {again['id']}, {again['counters']}")

    table = f"{aj.data}/three.csv"
    with open(table, "w") as file:
        file.write("user,password\nanna,right\nben,wrong\ncarl,right\n")
    aj.must("profile", "add", "Three", "--source", "imap", "--host", "127.0.0.1", "--port", str(server.port), "--security", "none", "--mailboxes", table)
    code, run = aj.json("run", "RunProfile", "--name=Three")
    run = aj.show(run["id"])
    check.state(code, run, "CompletedWithErrors", None, "login.refused")
    check.sentence(run, 'Profile "Three" has archived nothing since {date}: 127.0.0.1 does not accept the user name or password for ben.', RESTART.replace("{p}", "Three"))
    check("the two others are archived", run["counters"]["seen"] == 24 and run["counters"]["failed"] == 0, run["counters"])
    with open(table, "w") as file:
        file.write("user,password\nanna,right\nben,right\ncarl,right\n")
    aj.must("profile", "set", "Three", "--mailboxes", table)
    code, run = aj.json("run", "RunProfile", "--name=Three")
    check.state(code, run, "Succeeded", None, None, 0)
    check("the third one came after", run["counters"]["seen"] == 36 and run["counters"]["archived"] == 12, run["counters"])
    aj.close()
    server.close()


def hosts(app, check):
    aj = installed(app)
    port, = free_ports(1)
    aj.add("Nowhere", 143, host="mail.invalid")
    code, run = aj.json("run", "RunProfile", "--name=Nowhere")
    run = aj.show(run["id"])
    check.state(code, run, "Failed", None, "host.unknown")
    check.sentence(run, 'Profile "Nowhere" has archived nothing since {date}: no server named mail.invalid can be found.', "Check the server name (archivejobs profile set Nowhere --host NAME), then the DNS settings of this host.")
    check("no retry", run["nextUtc"] is None)
    aj.add("Closed", port)
    code, run = aj.json("run", "RunProfile", "--name=Closed")
    run = aj.show(run["id"])
    check.state(code, run, "Waiting", "backoff", "host.refused")
    check.sentence(run, f'127.0.0.1 has been refusing connections on port {port} since {{date}}, so profile "Closed" cannot archive.', "Check that the mail service on 127.0.0.1 is running and that the port is right (archivejobs profile set Closed --port N).")
    check.next(run, 1, 31)
    aj.json("run", "RunProfile", "--name=Closed")
    run = aj.show(run["id"])
    check("asked for by hand, tried at once", len(run["attempts"]) == 2, f"{len(run['attempts'])} attempts")
    aj.close()


def certificates(app, check):
    server, other, plain = Dovecot({"anna": "right"}).start(), Dovecot({"anna": "right"}, names="DNS:mail.other.example").start(), Dovecot({"anna": "right"}, plain=True).start()
    aj = installed(app)
    for name, port, security, more, key, what, todo in (
            ("Own", server.tls_port, "tls", (), "tls.self-signed", "has been on hold since {date} because 127.0.0.1 uses a self-signed certificate that has not been accepted here.",
             "Compare the fingerprint in the details with the one on the server, then add the certificate: archivejobs profile set Own --ca-file PEM"),
            ("Start", server.port, "starttls", (), "tls.self-signed", "has been on hold since {date} because 127.0.0.1 uses a self-signed certificate that has not been accepted here.",
             "Compare the fingerprint in the details with the one on the server, then add the certificate: archivejobs profile set Start --ca-file PEM"),
            ("Other", other.tls_port, "tls", ("--ca-file", other.cert), "tls.wrong-name", "has been on hold since {date} because the certificate shown by 127.0.0.1 belongs to mail.other.example.",
             "If both names mean the same server, enter the name on the certificate: archivejobs profile set Other --host NAME"),
            ("Plain", plain.port, "starttls", (), "tls.no-starttls", f"has not logged in since {{date}} because 127.0.0.1 offers no encryption on port {plain.port}.",
             "Use TLS (archivejobs profile set Plain --security tls --port 993), or have STARTTLS turned on at the server.")):
        aj.add(name, port, security=security, more=more)
        code, run = aj.json("run", "RunProfile", f"--name={name}")
        run = aj.show(run["id"])
        check.state(code, run, "Failed", None, key)
        check.sentence(run, f'Profile "{name}" {what}', todo)
        check("no retry", run["nextUtc"] is None)
        if key == "tls.self-signed":
            check("the fingerprint in the details", run["fingerprint"] == server.fingerprint(), run["fingerprint"])
    check("no password was sent without encryption", "no auth attempts" in (log := open(f"{plain.root}/log/dovecot.log").read()) and "anna" not in log, log.strip().split("\n")[-1])
    aj.must("profile", "set", "Own", "--ca-file", server.cert)
    code, run = aj.json("run", "RunProfile", "--name=Own")
    check.state(code, run, "Succeeded", None, None, 0)
    aj.close()
    for one in (server, other, plain):
        one.close()


def dropped(app, check):
    server = Dovecot({"anna": "right"})
    sent = server.fill("anna", 800, size=20_000)
    server.start()
    aj = installed(app)
    aj.add("Long", server.port)
    aj.serve()
    aj.call("run", "RunProfile", "--name=Long", "--max-rate=25", "--detach")
    check("some messages are archived", wait(lambda: aj.acknowledged(aj.show()) >= 30, 60))
    server.stop()
    run = aj.until(("Waiting",), 60)
    check("Waiting backoff server.dropped", (run["state"], run["reason"], run["key"]) == ("Waiting", "backoff", "server.dropped"), f"{run['state']} {run['reason']} {run['key']}")
    check.sentence(run, 'The connection to 127.0.0.1 broke at {date} with {n} of {m} messages of profile "Long" done.',
                   "Nothing to do; the run goes on from there at {date}. If it keeps breaking, keep antivirus mail scanning away from this host.")
    check.next(run, 0, 31)
    server.start()
    run = aj.until(ENDS, 180)
    check("Dovecot back: the same run ended Succeeded", run["state"] == "Succeeded" and run["id"] == 1, f"{run['state']}, {len(run['attempts'])} attempts")
    check("the balance is exact", run["counters"]["seen"] == run["counters"]["archived"] == 800, run["counters"])
    aj.stop()
    check("every message, byte for byte", aj.export()[0] == sent)
    aj.close()
    server.close()


def renumbered(app, check):
    server = Dovecot({"anna": "right"})
    sent = server.fill("anna", 40) | server.fill("anna", 20, folder="Orders")
    server.start()
    aj = installed(app)
    aj.add("All", server.port)
    code, run = aj.json("run", "RunProfile", "--name=All")
    before = aj.placements()
    server.stop(forget=True)
    server.start()
    server_new = server.fill("anna", 3, folder="Orders", seed=2)
    code, run = aj.json("run", "RunProfile", "--name=All")
    run = aj.show(run["id"])
    check.state(code, run, "CompletedWithWarnings", None, "folder.renumbered", 0)
    check("nothing archived twice", run["counters"]["seen"] == 63 and run["counters"]["alreadyHeld"] == 60 and run["counters"]["archived"] == 3 and run["newMessages"] == 3, f"{run['counters']}, new {run['newMessages']}")
    told = sorted(item["message"] for item in run["items"]) or [run["message"]]
    check("a warning a folder", len(told) == 2, len(told))
    for line in told:
        print("    | " + line)
    for folder, n, k, m in (("INBOX", 40, 40, 0), ("Orders", 23, 20, 3)):
        want = f'127.0.0.1 renumbered folder "{folder}" of anna at '
        check(f"the numbers of {folder}", any(line.startswith(want) and line.endswith(f": {n} messages read again, {k} of them known, {m} new.") for line in told))
    check("what to do", run["todo"] == "Nothing to do if the server was moved or restored; otherwise ask its administrator why.", run["todo"])
    after = aj.placements()
    check("each folder holds each message once", sum(after.values()) == 63 and {path: n for path, n in after.items() if "Orders" not in path} == {path: n for path, n in before.items() if "Orders" not in path}, after)
    check("every message, byte for byte", aj.export()[0] == sent | server_new)
    code, run = aj.json("run", "RunProfile", "--name=All")
    check.state(code, run, "Succeeded", None, None, 0)
    check("the next run reads nothing again", run["counters"]["alreadyHeld"] == 63 and run["counters"]["archived"] == 0, run["counters"])
    aj.close()
    server.close()


def moved(app, check):
    import imaplib
    server = Dovecot({"anna": "right"})
    server.fill("anna", 10)
    server.fill("anna", 2, folder="Done")
    server.start()
    aj = installed(app)
    aj.add("All", server.port)
    aj.must("run", "RunProfile", "--name=All")
    hit = aj.json("search", "zzmark3q")[1]["hits"][0]
    check("first in INBOX", hit["folder"] == "INBOX", f"{hit['mailbox']}/{hit['folder']}")
    client = imaplib.IMAP4("127.0.0.1", server.port)
    client.login("anna", "right")
    client.select("INBOX")
    uid = client.uid("SEARCH", "BODY", "zzmark3q")[1][0].split()[0].decode()
    client._simple_command("UID", "MOVE", uid, "Done") if "MOVE" in client.capabilities else (client.uid("COPY", uid, "Done"), client.uid("STORE", uid, "+FLAGS", "\\Deleted"), client.expunge())
    client.logout()
    code, run = aj.json("run", "RunProfile", "--name=All")
    check.state(code, run, "Succeeded", None, None, 0)
    check("no new message", run["newMessages"] == 0 and run["counters"]["seen"] == 12, f"{run['counters']}, new {run['newMessages']}")
    hits = aj.json("search", "zzmark3q")[1]["hits"]
    check("then in Done, one hit", [hit["folder"] for hit in hits] == ["Done"], [f"{hit['mailbox']}/{hit['folder']}" for hit in hits])
    folders = {path: n for path, n in aj.placements().items()}
    check("and so in the export by folders", sorted(folders.values()) == [3, 9], folders)
    print("    | " + aj.call("show", hit["sha256"]).stdout.strip()[:600].replace("\n", "\n    | "))
    aj.close()
    server.close()


def segments(data):
    root = f"{data}/stores/1/segments"
    return [f"{root}/{name}" for name in sorted(os.listdir(root)) if os.path.getsize(f"{root}/{name}") > 0]


def is_sealed(path):
    return open(path, "rb").read()[-256:][:8] == b"AJSEGEND"


def flipped(app, check, samples=30):
    rng = random.Random(3)
    server = Dovecot({"anna": "right"})
    server.fill("anna", 40)
    server.start()
    aj = installed(app)
    aj.add("All", server.port)
    aj.must("run", "RunProfile", "--name=All")
    server.fill("anna", 40, seed=2)
    aj.serve()
    aj.must("run", "RunProfile", "--name=All", "--no-index-wait")
    wait(lambda: aj.json("search", "zzmark79q")[1].get("hits"), 60)
    aj.kill()
    server.close()
    files = segments(aj.data)
    check("one segment is sealed and one is not", sorted(map(is_sealed, files)) == [False, True], [f"{os.path.basename(f)} {os.path.getsize(f):,} bytes {'sealed' if is_sealed(f) else 'open'}" for f in files])
    pristine = tempfile.mkdtemp(prefix="aj-pristine-")
    shutil.copytree(aj.data, f"{pristine}/data", symlinks=True)
    places = []
    for index, path in enumerate(files):
        octets = open(path, "rb").read()
        fixed = {"first byte": 0, "in the header's zeros": 2000, "last byte": len(octets) - 1}
        second = octets.index(b"AJR0")
        fixed["record's zeros"] = second + 50
        stored = int.from_bytes(octets[second + 8:second + 12], "little")
        if (84 + stored) % 8:
            fixed["padding of a record"] = second + 84 + stored
        if is_sealed(path):
            fixed["in the footer"] = int.from_bytes(octets[-248:-240], "little") + 100
            fixed["trailer's zeros"] = len(octets) - 60
        places += [(index, offset, why) for why, offset in fixed.items()]
        places += [(index, rng.randrange(len(octets)), "at random") for _ in range((samples - 13) // 2 + 1)]
    intact, _ = aj.export()
    check("80 messages before", len(intact) == 80, len(intact))
    missed, unnamed, unlike, named_total = [], [], [], 0
    for index, offset, why in places[:samples] if samples < len(places) else places:
        shutil.rmtree(aj.data)
        shutil.copytree(f"{pristine}/data", aj.data, symlinks=True)
        path = segments(aj.data)[index]
        os.chmod(path, 0o600)
        with open(path, "r+b") as file:
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ (1 << rng.randrange(8))]))
        label = f"{os.path.basename(path)} {offset} ({why})"
        code, run = aj.json("run", "VerifyStore", "--id=1", "--level=full")
        damages, named = run.get("damages") or [], {message["sha256"] for message in run.get("damagedMessages") or []}
        named_total += bool(named)
        if code != 1 or run.get("state") != "CompletedWithErrors" or not damages:
            missed.append(f"{label}: exit {code} {run.get('state')} {run.get('key')} {run.get('stderr', '')}")
        readable, done = aj.export()
        if intact - readable != named or (done.returncode == 1) != bool(named):
            unlike.append(f"{label}: named {len(named)}, not exported {len(intact - readable)}, export exit code {done.returncode}")
        print(f"    | {label}: {run.get('state')}, exit code {code}, {[damage['what'] for damage in damages][:2]}, {len(named)} messages named, {len(readable)} of 80 exported", flush=True)
    check(f"every one of {len(places[:samples])} flipped bytes found: CompletedWithErrors, exit code 1", not missed, missed or "")
    check("the messages named are those that cannot be exported", not unlike, unlike or "")
    check("some hit messages", named_total > 0, named_total)

    for broken in (False, True):
        shutil.rmtree(aj.data)
        shutil.copytree(f"{pristine}/data", aj.data, symlinks=True)
        hits = {query: sorted(hit["sha256"] for hit in aj.json("search", query, "--limit", "1000")[1]["hits"]) for query in ("請求書", "zzmark17q", "letter")}
        named = set()
        if broken:
            path = segments(aj.data)[0]
            os.chmod(path, 0o600)
            offset = open(path, "rb").read().index(b"AJR0") + 200
            with open(path, "r+b") as file:
                file.seek(offset)
                byte = file.read(1)[0]
                file.seek(offset)
                file.write(bytes([byte ^ 4]))
            named = {message["sha256"] for message in aj.json("run", "VerifyStore", "--id=1", "--level=full")[1]["damagedMessages"]}
        for name in os.listdir(f"{aj.data}/stores/1"):
            if name.startswith("catalog.db"):
                os.unlink(f"{aj.data}/stores/1/{name}")
        shutil.rmtree(f"{aj.data}/stores/1/index", ignore_errors=True)
        code, run = aj.json("run", "RecoverStore", "--id=1")
        print(f"    | RecoverStore: exit code {code} {({k: v for k, v in run.items() if k in ('state', 'key', 'message', 'todo', 'messages', 'unreadable', 'commits')})}")
        what = "with a damaged block" if broken else "undamaged"
        check(f"RecoverStore, {what}", code == (1 if broken else 0), run.get("state"))
        readable, _ = aj.export()
        check(f"all others are there again, {what}", readable == intact - named, f"{len(readable)} of 80, {len(named)} named")
        aj.json("run", "RebuildStoreIndex", "--id=1")
        found = {query: sorted(hit["sha256"] for hit in aj.json("search", query, "--limit", "1000")[1]["hits"]) for query in hits}
        check(f"equal search results, {what}", {query: [one for one in old if one not in named] for query, old in hits.items()} == {query: [one for one in new if one not in named] for query, new in found.items()},
              {query: len(new) for query, new in found.items()})
    aj.close()
    shutil.rmtree(pristine)


def blocked(app, check):
    silent = Silent()
    server = Dovecot({"anna": "right"})
    server.fill("anna", 15)
    aj = installed(app)
    aj.add("Mute", silent.port)
    aj.serve()
    aj.call("run", "RunProfile", "--name=Mute", "--detach")
    for death in range(1, 4):
        check(f"Running before death {death}", wait(lambda: aj.show()["state"] == "Running", 60))
        aj.kill()
        aj.serve()
        run = aj.show()
        print(f"    | after death {death}: {run['state']}, crashes {run.get('crashes')}")
    run = aj.until(("Blocked",), 30)
    check("Blocked run.blocked", (run["state"], run["key"]) == ("Blocked", "run.blocked"), f"{run['state']} {run['key']}, crashes {run.get('crashes')}")
    check.sentence(run, 'Archiving of profile "Mute" has been stopped since {date} after its host crashed three times at the same place: right after its last checkpoint.', "Look at the log (archivejobs runs show 1 --log), then: archivejobs runs retry 1")
    check("nothing retried by itself", run["nextUtc"] is None)
    server.start()
    aj.must("profile", "set", "Mute", "--port", str(server.port))
    shown = aj.call("runs", "retry", "1")
    print(f"    | runs retry: exit code {shown.returncode} {shown.stdout.strip()}")
    run = aj.until(ENDS, 60)
    check("released by runs retry, Succeeded", run["state"] == "Succeeded" and run["counters"]["archived"] == 15, f"{run['state']} {run.get('counters')}")
    check("and counted", len(run["attempts"]) == 4 and sum(1 for one in run["attempts"] if one["state"] == "Interrupted") + sum(1 for one in run["attempts"] if one["state"] == "Blocked") == 3,
          f"attempts {[one['state'] for one in run['attempts']]}, crashes {run['crashes']}, by hand {run.get('manualRetries')}")
    aj.close()
    silent.close()
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True)
    parser.add_argument("--only", nargs="*", choices=[one.__name__ for one in ALL], default=[])
    a = parser.parse_args()
    check = Checks()
    for situation in ALL:
        if not a.only or situation.__name__ in a.only:
            print(situation.__name__, flush=True)
            situation(os.path.abspath(a.app), check)
    check.end()


ALL = (passwords, hosts, certificates, dropped, renumbered, moved, flipped, blocked)
main()
