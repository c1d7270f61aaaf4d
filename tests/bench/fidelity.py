#!/usr/bin/env python3
"""Every octet back: the same mailboxes over IMAP, IMAPS and POP3, from the Maildir tree and from EML files; the export is compared by SHA-256 with
what the server sends or what lies in the files, also after RecoverStore with catalog and index deleted, with equal search results (python3 stdlib).

  tests/bench/fidelity.py --app OUT/archivejobs --csv STATE/mailboxes.csv --cert STATE/cert.pem --tree MAILDIRTREE --octets DIR --pop3-octets DIR [--eml DIR]
      [--port 11143 --tls-port 11993 --pop3-port 11110]

--octets and --pop3-octets: the messages as the server sends them, one file each (imap_fetch.py --out, with --pop3).
"""
import argparse, hashlib, json, os, shutil, subprocess, sys, tempfile


def digests(root, suffix=""):
    return {hashlib.sha256(open(os.path.join(d, f), "rb").read()).hexdigest() for d, _, files in os.walk(root) for f in files if f.endswith(suffix)}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("app", "csv", "cert", "tree", "octets", "pop3-octets"):
        p.add_argument("--" + name, required=True)
    p.add_argument("--eml")
    p.add_argument("--only", nargs="*", help="imap imaps starttls pop3 maildir eml")
    p.add_argument("--port", default="11143")
    p.add_argument("--tls-port", default="11993")
    p.add_argument("--pop3-port", default="11110")
    a = p.parse_args()
    csv = os.path.abspath(a.csv)
    work = tempfile.mkdtemp(prefix="aj-fidelity-")
    failures = []

    def app(data, *argv, allowed=(0,)):
        done = subprocess.run([a.app, *argv, "--data", data], capture_output=True, text=True)
        if done.returncode not in allowed:
            sys.exit(f"{argv}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def search(data):
        return {q: sorted(hit["sha256"] for hit in json.loads(app(data, "search", q, "--limit", "1000", "--json"))["hits"]) for q in ("patch", "invoice", "\"device tree\"", "請求書", "見積")}

    def check(name, source, want, recover=False):
        if a.only and name not in a.only:
            return
        data = f"{work}/{name}"
        app(data, "store", "create", name)
        app(data, "profile", "add", name, *source)
        run = json.loads(app(data, "run", "RunProfile", f"--name={name}", "--json"))
        app(data, "export", "--store", "1", "--format", "eml", "--output", f"{data}/export")
        have = digests(f"{data}/export", ".eml")
        c = run["counters"]
        line = f"{name}: {run['state']}, seen {c['seen']} = archived {c['archived']} + failed {c['failed']} + …; distinct {len(have)}, missing {len(want - have)}, extra {len(have - want)}"
        good = run["state"] == "Succeeded" and have == want and c["seen"] == c["archived"]
        if recover:
            before = search(data)
            os.remove(f"{data}/stores/1/catalog.db")
            shutil.rmtree(f"{data}/stores/1/index")
            report = json.loads(app(data, "run", "RecoverStore", "--id=1", "--json"))
            app(data, "run", "RebuildStoreIndex", "--id=1")
            app(data, "export", "--store", "1", "--format", "eml", "--output", f"{data}/export2")
            again = digests(f"{data}/export2", ".eml")
            after = search(data)
            line += f"; after RecoverStore ({report['state']}): distinct {len(again)}, same {again == have}, search results equal {before == after} ({', '.join(f'{q}: {len(h)}' for q, h in before.items())})"
            good = good and again == have and before == after
        verify = json.loads(app(data, "run", "VerifyStore", "--id=1", "--level=reassemble", "--json"))
        line += f"; verify reassemble {verify['state']}"
        print(("ok    " if good and verify["state"] == "Succeeded" else "FAIL  ") + line, flush=True)
        if not good:
            failures.append(name)

    server = ["--host", "127.0.0.1", "--mailboxes", csv]
    imap, pop3 = digests(a.octets), digests(a.pop3_octets)
    check("imap", ["--source", "imap", "--port", a.port, "--security", "none", "--exclude", "none", *server], imap, recover=True)
    check("imaps", ["--source", "imap", "--port", a.tls_port, "--security", "tls", "--ca-file", a.cert, "--exclude", "none", *server], imap)
    check("starttls", ["--source", "imap", "--port", a.port, "--security", "starttls", "--ca-file", a.cert, "--exclude", "none", *server], imap)
    check("pop3", ["--source", "pop3", "--port", a.pop3_port, "--security", "none", *server], pop3)
    check("maildir", ["--source", "maildir", "--path", a.tree, "--tree"], digests_of_maildir(a.tree))
    if a.eml:
        check("eml", ["--source", "eml", "--path", a.eml], digests(a.eml, ".eml"), recover=True)
    shutil.rmtree(work)
    sys.exit(1 if failures else 0)


def digests_of_maildir(tree):
    return {hashlib.sha256(open(os.path.join(d, f), "rb").read()).hexdigest() for d, _, files in os.walk(tree) if os.path.basename(d) in ("cur", "new") for f in files}


main()
