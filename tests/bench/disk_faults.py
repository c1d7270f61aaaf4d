#!/usr/bin/env python3
"""Disks that fill up, an fsync that fails, a message larger than memory should hold.

  tests/bench/disk_faults.py --app OUT/archivejobs [--only NAME ...]

As root (mount); needs strace and what servers.py needs. --only: some of full, fsync, large.
full:  the store lies on a tmpfs of 48 MB that is filled up; after space is freed the run goes on by itself in a running host.
fsync: one process archives under strace, which lets fsync fail with EIO or ENOSPC from its Nth call of a thread on, or at the Nth alone;
       any fsync of the process first (SQLite's are among them), then only those of the segment that is written;
       what the run counts as archived must be there after a restart, whatever happened.
large: one message of 300 MB over IMAP; peak memory of the process under 400 MB, index included.
"""
import argparse, hashlib, json, os, re, shutil, subprocess, tempfile, time
from servers import ENDS, Checks, Dovecot, Installation, message, wait



def full(app, check):
    server = Dovecot({"anna": "right"})
    sent = server.fill("anna", 120, size=100_000)
    server.start()
    data = tempfile.mkdtemp(prefix="aj-full-")
    os.makedirs(f"{data}/stores")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m,mode=700", "tmpfs", f"{data}/stores"], check=True)
    try:
        aj = Installation(app, data)
        aj.must("store", "create", "Small")
        aj.add("Big", server.port)
        aj.serve()
        ballast = f"{data}/stores/ballast"
        aj.call("run", "RunProfile", "--name=Big", "--max-rate=5", "--detach")
        check("archiving goes on", wait(lambda: aj.acknowledged(aj.show()) >= 10, 60))
        with open(ballast, "wb") as file:
            file.write(b"x" * (os.statvfs(data + "/stores").f_bavail * os.statvfs(data + "/stores").f_frsize - 1_000_000))
        run = aj.until(ENDS + ("Waiting",))
        check("Waiting disk disk.full", (run["state"], run["reason"], run["key"]) == ("Waiting", "disk", "disk.full"), f"{run['state']} {run['reason']} {run['key']}")
        check.sentence(run, 'The disk of store "Small" has been full since {date}; 1 run waits, and what is archived is safe.', "Free at least {need}; the runs go on by themselves within 5 minutes.")
        check.next(run, 240, 330)
        acknowledged = aj.acknowledged(run)
        check("what was acknowledged is there", 0 < acknowledged <= len(aj.export()[0] & sent), f"{acknowledged} acknowledged, {len(aj.export()[0])} exported")
        shown = aj.call("runs", "show", "1")
        print("    | " + shown.stdout.strip().replace("\n", "\n    | "))
        os.unlink(ballast)
        freed = time.monotonic()
        run = aj.until(ENDS, 500, 2)
        check("went on by itself, Succeeded", run["state"] == "Succeeded" and run["id"] == 1, f"{run['state']} {run['key']}, {time.monotonic() - freed:.0f} s after the space was freed")
        print("    | " + aj.call("runs", "show", "1", "--log").stdout.strip().replace("\n", "\n    | "))
        counters = run.get("counters") or {}
        check("the balance is exact", counters.get("seen") == counters.get("archived") == 120, counters)
        aj.stop()
        check("every message, byte for byte", aj.export()[0] == sent)
        code, report = aj.json("run", "VerifyStore", "--id=1", "--level=full")
        check("verified", code == 0, report["state"])
    finally:
        aj.stop()
        subprocess.run(["umount", f"{data}/stores"], check=True)
        aj.close()
        server.close()


def fsync(app, check):
    server = Dovecot({"anna": "right"})
    sent = server.fill("anna", 300, size=3000)
    server.start()
    for only_segments in (False, True):
        for error, key, first, after in [(*error, first, after) for error in (("EIO", "disk.readonly"), ("ENOSPC", "disk.full")) for first in ((1, 3) if only_segments else (1, 10, 100)) for after in ("+", "")]:
            aj = Installation(app)
            aj.must("store", "create", "Faulty")
            aj.add("All", server.port)
            trace = f"{aj.data}/trace"
            under = ("strace", "-f", "--seccomp-bpf", "-qq", "-o", trace, "-e", "trace=fsync", "-e", f"inject=fsync:error={error}:when={first}{after}",
                     *(word for number in range(1, 10) for word in ("-P", f"{aj.data}/stores/1/segments/00000001-0000000{number}.dat") if only_segments))
            code, run = aj.json("run", "RunProfile", "--name=All", "--max-rate=60", under=under)
            calls = open(trace).read()
            injected = calls.count("(INJECTED)")
            label = f"{'segment, ' if only_segments else ''}{error} when={first}{after}: "
            acknowledged = aj.acknowledged(run)
            said = f"{run.get('state')} {run.get('key')}, exit code {code}, {calls.count('fsync(')} fsyncs, {injected} failed, {acknowledged} acknowledged"
            if not injected:
                check(label + "never came to that call, Succeeded", run.get("state") == "Succeeded", said)
            elif run.get("state") is None:
                check(label + "the command says why", code == 1 and "The master database in" in run["stderr"] and "Unhandled" not in run["stderr"], said + ": " + (run["stdout"] + run["stderr"]).strip()[:300])
            else:
                # The call may have been the store's (then it has its own situation) or SQLite's (then the words say so).
                why = run["key"] == key or "SQLite Error" in (run["words"] or "")
                check(label + "the run says why, or nothing was lost", run["state"] in ("Waiting", "Failed") and why or run["state"] == "Succeeded" and acknowledged == 300, said)
                print(f"    | {run.get('message')} {run.get('todo')} (\"{run.get('words')}\")", flush=True)
            have, done = aj.export()
            check(label + "all that was acknowledged is there after a restart", acknowledged <= len(have) and have <= sent, f"{acknowledged} acknowledged, {len(have)} exported")
            code, report = aj.json("run", "VerifyStore", "--id=1", "--level=full")
            check(label + "verified", code == 0, f"{report.get('state')} {report.get('message') or ''}{report.get('stderr', '')}")
            code, run = aj.json("run", "RunProfile", "--name=All")
            total = run.get("counters") or {}
            check(label + "the next try takes the rest", run.get("state") == "Succeeded" and total["seen"] == 300 and aj.export()[0] == sent, f"{run.get('state')} {run.get('key')} {total}")
            aj.close()
    server.close()


def large(app, check):
    server = Dovecot({"anna": "right"})
    server.fill("anna", 5)
    path = f"{server.folder('anna')}/cur/1800000000.M1.situations:2,S"
    digest, rng = hashlib.sha256(), os.urandom
    import base64
    with open(path, "wb") as file:
        def put(octets):
            digest.update(octets.replace(b"\n", b"\r\n"))
            file.write(octets)
        put(b"From: a@example.jp\nTo: b@example.jp\nSubject: enormous\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=cut\n\n--cut\nContent-Type: text/plain\n\nsee the attachment\n--cut\n"
            b"Content-Type: application/octet-stream; name=film.bin\nContent-Disposition: attachment; filename=film.bin\nContent-Transfer-Encoding: base64\n\n")
        while file.tell() < 300_000_000:
            put(base64.encodebytes(rng(57 * 4000)))
        put(b"--cut--\n")
    server.start()
    aj = Installation(app)
    aj.must("store", "create", "Large")
    aj.add("All", server.port)
    begun = time.monotonic()
    with open(f"{aj.data}/out", "w") as out:
        process = subprocess.Popen([app, "run", "RunProfile", "--name=All", "--json", "--data", aj.data], stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    run = json.loads(open(f"{aj.data}/out").read())
    check("Succeeded", run["state"] == "Succeeded" and run["counters"]["archived"] == 6, f"{run['state']} {run['key']} {run['counters']}, {time.monotonic() - begun:.0f} s, {run['newBytes']:,} bytes")
    check("peak memory under 400 MB, index included", usage.ru_maxrss * 1024 < 400e6 and run["indexedUtc"], f"{usage.ru_maxrss * 1024 / 1e6:.0f} MB")
    check("byte for byte", digest.hexdigest() in aj.export()[0])
    check("found", [hit["sha256"] for hit in aj.json("search", "enormous")[1]["hits"]] == [digest.hexdigest()])
    aj.close()
    server.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True)
    parser.add_argument("--only", nargs="*", choices=[one.__name__ for one in ALL], default=[])
    a = parser.parse_args()
    check = Checks()
    for case in ALL:
        if not a.only or case.__name__ in a.only:
            print(case.__name__, flush=True)
            case(os.path.abspath(a.app), check)
    check.end()


ALL = (full, fsync, large)
main()
