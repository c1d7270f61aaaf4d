#!/usr/bin/env python3
"""Backups that are restored: made while archiving runs, restored into an empty directory with nothing but the backup and the recovery code, the export
compared byte for byte; a second backup copies no segment; one flipped byte is named; a wrong code opens nothing (python3 stdlib, no network).

  tests/bench/backup.py --app OUT/archivejobs [--tree MAILDIRTREE] [--messages 4000] [--rate 400]

Without --tree a Maildir is generated. The recovery code must not be found in any file of the data directories, the ledger and the logs included.
"""
import argparse, base64, hashlib, json, os, random, shutil, subprocess, sys, tempfile, time


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--app", required=True)
    p.add_argument("--tree")
    p.add_argument("--messages", type=int, default=4000)
    p.add_argument("--rate", type=float, default=400)
    a = p.parse_args()
    work = tempfile.mkdtemp(prefix="aj-backup-")
    tree = a.tree or generate(f"{work}/tree", a.messages)
    data, target, failures = f"{work}/data", f"{work}/target", []

    def run(where, *argv, allowed=(0,), stdin=None):
        done = subprocess.run([a.app, *argv, "--data", where], capture_output=True, text=True, input=stdin)
        if done.returncode not in allowed:
            sys.exit(f"{argv}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def check(good, line):
        print(("ok    " if good else "FAIL  ") + line, flush=True)
        if not good:
            failures.append(line)

    def backup(where=data, allowed=(0,)):
        started = time.monotonic()
        answer = json.loads(run(where, "run", "CreateBackup", f"--path={target}", "--json", allowed=allowed).stdout)
        return answer, time.monotonic() - started

    def said(answer):
        return ", ".join(f"{name} {answer[name]}" for name in ("generation", "segmentsCopied", "segmentsPresent", "bytesCopied"))

    run(data, "store", "create", "Mails")
    run(data, "profile", "add", "mails", "--source", "maildir", "--path", tree, "--tree")
    none = json.loads(run(data, "run", "CreateBackup", f"--path={target}", "--json", allowed=(1,)).stdout)
    check(none["key"] == "backup.no-code", f"without a recovery code: {none['message']}")
    code = run(data, "key", "recovery-code").stdout.strip().splitlines()[-1]
    doctor = run(data, "doctor").stdout
    check("not confirmed since" in doctor, "doctor warns until the code is read back")
    run(data, "key", "confirm", stdin=code + "\n")
    check("not confirmed" not in run(data, "doctor").stdout, "and no longer after key confirm")

    host = subprocess.Popen([a.app, "serve", "--urls", "http://127.0.0.1:0", "--https", "off", "--data", data], stdout=open(f"{work}/serve.log", "w"), stderr=subprocess.STDOUT)
    while not os.path.exists(f"{data}/run/host.json"):
        time.sleep(0.05)
    archiving = subprocess.Popen([a.app, "run", "RunProfile", "--name=mails", f"--max-rate={a.rate}", "--json", "--data", data], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    beside = []
    while archiving.poll() is None:
        answer, took = backup()
        if archiving.poll() is None:
            beside.append(answer)
            print(f"      while archiving: {answer['state']}, {said(answer)}, commit {answer['heads'][0]['commit']}, {took:.1f} s", flush=True)
        time.sleep(1)
    counters = json.loads(archiving.stdout.read())["counters"]
    check(len(beside) >= 2 and all(one["state"] == "Succeeded" for one in beside), f"{len(beside)} backups while archiving ran, all Succeeded")
    check(counters["seen"] == counters["archived"] and counters["failed"] == 0, f"archiving beside them: seen {counters['seen']} = archived {counters['archived']}")
    last, took = backup()
    print(f"      after archiving: {said(last)}, {took:.1f} s")
    second, took = backup()
    check(second["segmentsCopied"] == 0 and second["bytesCopied"] == 0, f"a second backup copies no segment: {said(second)}, {took:.1f} s")
    verify = json.loads(run(data, "run", "VerifyBackup", f"--path={target}", "--json").stdout)
    check(verify["state"] == "Succeeded", f"VerifyBackup: {verify['state']}, files {verify['files']}, bytes {verify['bytes']}")
    run(data, "export", "--store", "1", "--output", f"{work}/export")
    host.terminate()
    host.wait()
    want = digests(f"{work}/export")

    for name, typed in (("wrong", other_code()), ("mistyped", code.translate(str.maketrans("0123456789", "1234567890")))):
        refused = run(f"{work}/wrong", "run", "RestoreBackup", f"--path={target}", "--recovery-code-file=-", stdin=typed, allowed=(1, 2))
        check(refused.returncode == 2 and not os.path.exists(f"{work}/wrong"), f"a {name} code: exit {refused.returncode}: {refused.stderr.strip().splitlines()[0]}")
    occupied = run(data, "run", "RestoreBackup", f"--path={target}", "--recovery-code-file=-", stdin=code, allowed=(1, 2))
    check(occupied.returncode == 2, f"into a directory in use: exit {occupied.returncode}: {occupied.stderr.strip().splitlines()[0]}")

    os.rename(data, f"{work}/gone")   # From here on there is only the backup and the code.
    restored = f"{work}/restored"
    started = time.monotonic()
    answer = json.loads(run(restored, "run", "RestoreBackup", f"--path={target}", "--recovery-code-file=-", "--json", stdin=code).stdout)
    took = time.monotonic() - started
    check(answer["state"] == "Succeeded" and answer["messages"] == len(want), f"RestoreBackup: {answer['state']}, segments {answer['segments']}, messages {answer['messages']}, documents {answer['documents']}, {took:.1f} s")
    run(restored, "export", "--store", "1", "--output", f"{work}/export2")
    check(digests(f"{work}/export2") == want, f"the export is the same, byte for byte: {len(want)} messages")
    full = json.loads(run(restored, "run", "VerifyStore", "--id=1", "--level=reassemble", "--json").stdout)
    check(full["state"] == "Succeeded", f"VerifyStore reassemble of the restored store: {full['state']}")
    again = json.loads(run(restored, "run", "RunProfile", "--name=mails", "--json").stdout)["counters"]
    check(again["seen"] == again["alreadyHeld"], f"the restored installation goes on: seen {again['seen']} = already held {again['alreadyHeld']}")
    states = {one["state"] for one in json.loads(run(restored, "runs", "list", "--json").stdout)["runs"]}
    check(not states & {"Queued", "Running", "Waiting", "Interrupted"}, f"no run of the past begins again: {sorted(states)}")
    copy, took = backup(restored)
    check(copy["segmentsPresent"] == second["segmentsPresent"] and copy["segmentsCopied"] == 1, f"the restored installation backs up into the same directory, only what it added: {said(copy)}")

    segment = sorted(os.path.join(d, f) for d, _, files in os.walk(f"{target}/segments") for f in files)[0]
    os.chmod(segment, 0o600)
    with open(segment, "r+b") as file:
        file.seek(os.path.getsize(segment) // 2)
        byte = file.read(1)
        file.seek(-1, 1)
        file.write(bytes([byte[0] ^ 1]))
    bad = json.loads(run(restored, "run", "VerifyBackup", f"--path={target}", "--json", allowed=(1,)).stdout)
    check([one["file"] for one in bad["bad"]] == [os.path.relpath(segment, target)], f"a flipped byte: {bad['state']}: {bad['bad'][0]['file']}: {bad['bad'][0]['what']}")
    healed, _ = backup(restored)
    check(healed["segmentsCopied"] == 1, f"the next backup copies it again: {said(healed)}")
    check(json.loads(run(restored, "run", "VerifyBackup", f"--path={target}", "--json").stdout)["state"] == "Succeeded", "and verifies")
    storage = json.loads(run(restored, "run", "CheckStorage", "--json").stdout)
    check(len(storage["paths"]) == 3, "CheckStorage: " + "; ".join(f"{one['name']} {one['writeMegabytesPerSecond']} MB/s" for one in storage["paths"]))
    compact = json.loads(run(restored, "run", "CompactMasterDatabase", "--keep-days=0", "--keep-runs=0", "--json").stdout)
    check(compact["eventsRemoved"] > 0, f"CompactMasterDatabase: {compact['eventsRemoved']} events removed, {compact['bytesBefore']} to {compact['bytesAfter']} bytes")

    bare = base64.b64decode(json.load(open(f"{work}/gone/keys/slot-key-file.json"))["Key"])
    check(not holding(f"{work}/gone", code) and not holding(restored, code) and not holding(target, code), "the recovery code stands in no file: ledger, logs, backup")
    check(not holding(target, base64.b64encode(bare).decode()) and not holding(target, bare), "the bare key stands in no file of the backup")
    if failures:
        print(f"FAILED, data kept in {work}")
    else:
        shutil.rmtree(work)
    sys.exit(1 if failures else 0)


def other_code():
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    symbols = random.choices(alphabet, k=27)
    number = 0
    for symbol in symbols:
        number = number * 32 + alphabet.index(symbol)
    return "".join(symbols) + (alphabet + "*~$=U")[number % 37]


def digests(root):
    return {f: hashlib.sha256(open(os.path.join(root, f), "rb").read()).hexdigest() for f in os.listdir(root)}


def holding(root, needle):
    needle = needle if isinstance(needle, bytes) else needle.encode()
    plain = needle.replace(b"-", b"") if len(needle) == 34 else needle
    found = [os.path.join(d, f) for d, _, files in os.walk(root) for f in files if any(n in open(os.path.join(d, f), "rb").read() for n in (needle, plain))]
    for path in found:
        print(f"      found in {path}")
    return found


def generate(root, count):
    rng = random.Random(1)
    for user, folder in (("anna", "cur"), ("anna", ".Sent/cur"), ("sato", "cur")):
        for part in ("cur", "new", "tmp"):
            os.makedirs(os.path.join(root, user, folder.replace("cur", ""), part), exist_ok=True)
    places = [f"{root}/anna/cur", f"{root}/anna/.Sent/cur", f"{root}/sato/cur"]
    shared = [base64.encodebytes(rng.randbytes(30000)).decode().replace("\n", "\r\n") for _ in range(20)]
    for i in range(count):
        body = " ".join(rng.choice(("invoice", "patch", "見積", "meeting", "report", "tree")) for _ in range(rng.randrange(20, 400)))
        head = f"From: a{i}@example.jp\r\nTo: anna@example.jp\r\nSubject: Number {i}\r\nMessage-ID: <{i}@example.jp>\r\nMIME-Version: 1.0\r\n"
        if i % 7 == 0:
            mail = f"{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n{rng.choice(shared)}\r\n--b--\r\n"
        else:
            mail = f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
        open(f"{rng.choice(places)}/{1700000000 + i}.M{i}.host:2,S", "w", newline="").write(mail)
    return root


main()
