#!/usr/bin/env python3
"""Archiving from IMAP beside mbsync and mu, interleaved, each a fresh process with a new target directory (python3 stdlib only).

  tests/bench/ingest.py --app OUT/archivejobs --csv STATE/mailboxes.csv [--port 11143] [--rounds 3] [--work DIR] [--no-index] [--second-run]

It needs a running IMAP server on loopback with the mailboxes of the CSV (user,password), and on PATH mbsync and mu. One throw-away pass warms the
page cache. Times: archivejobs = startedUtc to endedUtc of the run (durable and balanced), "process" = start of the process until that moment,
"indexed" = start of the process until the search index is complete; peers = the whole process. Memory = the largest resident set of the process.
Nothing is deleted before the end: removing many files slows the file system for minutes.
"""
import argparse, csv, datetime, json, os, shutil, statistics, subprocess, sys, tempfile, time


def measure(argv, **kwargs):
    started = time.time()
    process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **kwargs)
    out = process.stdout.read()
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return dict(started=started, seconds=time.time() - started, exit=process.returncode, out=out, error=error,
                megabytes=usage.ru_maxrss / 1024, cpu=usage.ru_utime + usage.ru_stime)


def utc(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def archivejobs(a, target, index=True):
    data = ["--data", target]
    for command in (["store", "create", "Bench"],
                    ["profile", "add", "bench", "--source", "imap", "--host", "127.0.0.1", "--port", str(a.port), "--security", "none",
                     "--mailboxes", a.csv, "--exclude", "none", *(["--connections", str(a.connections)] if getattr(a, "connections", None) else [])]):
        subprocess.run([a.app, *command, *data], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    m = measure([a.app, "run", "RunProfile", "--name=bench", "--json", *data, *([] if index else ["--no-index-wait"])])
    if m["exit"] != 0:
        sys.exit(f"archivejobs ended with {m['exit']}: {m['error'].decode()[-2000:]} {m['out'].decode()[-2000:]}")
    run = json.loads(m["out"])
    m.update(run=utc(run["endedUtc"]) - utc(run["startedUtc"]), process=utc(run["endedUtc"]) - m["started"], counters=run["counters"], bytes=run["newBytes"])
    if index:
        m["indexed"] = utc(run["indexedUtc"]) - m["started"]
    return m


def mbsync(a, target, fsync, users):
    os.makedirs(target)
    lines = [f"FSync {fsync}", "Sync Pull", "Create Near", "Expunge None", "CopyArrivalDate yes", ""]
    for user, password in users:
        os.makedirs(f"{target}/{user}")
        lines += [f"IMAPAccount {user}", "Host 127.0.0.1", f"Port {a.port}", f"User {user}", f"Pass {password}", "SSLType None", "AuthMechs LOGIN", "",
                  f"IMAPStore {user}-far", f"Account {user}", "", f"MaildirStore {user}-near", "SubFolders Verbatim", f"Path {target}/{user}/", f"Inbox {target}/{user}/INBOX", "",
                  f"Channel {user}", f"Far :{user}-far:", f"Near :{user}-near:", "Patterns *", "SyncState *", ""]
    open(f"{target}/mbsyncrc", "w").write("\n".join(lines))
    return measure(["mbsync", "-c", f"{target}/mbsyncrc", "-a", "-qq"])


def mu(target, home):
    subprocess.run(["mu", "init", "--maildir", target, "--muhome", home, "--quiet"], check=True, stdout=subprocess.DEVNULL)
    return measure(["mu", "index", "--muhome", home, "--quiet"])


def median(rows, key):
    return statistics.median(row[key] for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True)
    parser.add_argument("--csv", required=True)
    parser.add_argument("--port", type=int, default=11143)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work")
    parser.add_argument("--connections", type=int, help="of the profile; its default otherwise")
    parser.add_argument("--no-index", action="store_true", help="leave out mu and the waiting for the index")
    parser.add_argument("--keep", action="store_true")
    a = parser.parse_args()
    a.csv = os.path.abspath(a.csv)
    users = [row[:2] for row in list(csv.reader(open(a.csv)))[1:]]
    work = tempfile.mkdtemp(prefix="aj-bench-", dir=a.work)
    ours, plain, synced, indexed = [], [], [], []
    archivejobs(a, f"{work}/warm", index=False)
    for n in range(a.rounds):
        plain.append(mbsync(a, f"{work}/mbsync-no-{n}", "no", users))
        ours.append(archivejobs(a, f"{work}/aj-{n}", index=not a.no_index))
        synced.append(mbsync(a, f"{work}/mbsync-yes-{n}", "yes", users))
        if not a.no_index:
            indexed.append(mu(f"{work}/mbsync-no-{n}", f"{work}/mu-{n}"))
        row = ours[-1]
        print(f"round {n + 1}: run {row['run']:.2f} s, process {row['process']:.2f} s" + (f", indexed {row['indexed']:.2f} s" if "indexed" in row else "")
              + f", {row['megabytes']:.0f} MB; mbsync no fsync {plain[-1]['seconds']:.2f} s, fsync {synced[-1]['seconds']:.2f} s"
              + (f"; mu {indexed[-1]['seconds']:.2f} s" if indexed else ""), file=sys.stderr)
    seen, size = ours[0]["counters"]["seen"], ours[0]["bytes"]
    run = median(ours, "run")
    print(f"| what | seconds (rounds) | median | messages/s | peak MB |\n|---|---|---|---|---|")
    def line(name, rows, key="seconds"):
        print(f"| {name} | {' '.join(f'{row[key]:.2f}' for row in rows)} | {median(rows, key):.2f} | {seen / median(rows, key):,.0f} | {max(row['megabytes'] for row in rows):.0f} |")
    line("archivejobs: run, durable and balanced", ours, "run")
    line("archivejobs: from process start", ours, "process")
    if not a.no_index:
        line("archivejobs: index complete, from process start", ours, "indexed")
    line("mbsync, FSync no", plain)
    line("mbsync, FSync yes", synced)
    if indexed:
        line("mu index of mbsync's tree", indexed)
    def ratio(name, ours_key, peers):
        values = [o[ours_key] / sum(p[n]["seconds"] for p in peers) for n, o in enumerate(ours)]
        print(f"\n{name}: {statistics.median(values):.2f} (rounds {' '.join(f'{v:.2f}' for v in values)})")
    ratio("run / mbsync without fsync", "run", [plain])
    ratio("from process start / mbsync without fsync", "process", [plain])
    ratio("run / mbsync with fsync", "run", [synced])
    if indexed:
        ratio("index complete / (mbsync without fsync + mu index)", "indexed", [plain, indexed])
    print(f"\n{seen:,} messages, {size / 1e6:,.1f} MB of new octets, {size / run / 1e6:,.0f} MB/s, CPU {median(ours, 'cpu'):.2f} s")
    if not a.keep:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
