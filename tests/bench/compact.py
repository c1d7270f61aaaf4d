#!/usr/bin/env python3
"""Compaction of a store with half its messages deleted, while archiving runs (python3 stdlib only, no network).

  tests/bench/compact.py --app OUT/archivejobs [--messages 6000] [--size 12000] [--more 2000]

Two Maildirs are made. The first is archived, every second message of it deleted by a list on standard input; then, in a running host, the second one is archived while the store is compacted.
What must hold: the room is given back, what is exported is what was archived and not deleted, byte for byte; a full and a structural verification find nothing; the chain of commits as it was
before is the beginning of the one afterwards; a catalog recovered from the segments is the live one row by row; another run counts what was deleted as filtered.
"""
import argparse, hashlib, json, os, random, shutil, sqlite3, subprocess, tempfile, time
from servers import Checks, Installation, message, wait


def maildir(root, first, count, size):
    """SHA-256 of each, in the order of their names."""
    for name in ("cur", "new", "tmp"):
        os.makedirs(f"{root}/{name}")
    rng, ids = random.Random(first), []
    for number in range(first, first + count):
        octets = message(rng, number, rng.randrange(size // 4, size * 2))
        ids.append(hashlib.sha256(octets).hexdigest())
        with open(f"{root}/cur/{number:08}.eml:2,S", "wb") as file:
            file.write(octets)
    return ids


def segments(aj):
    root = f"{aj.data}/stores/1/segments"
    return sum(os.path.getsize(f"{root}/{name}") for name in os.listdir(root))


def rows(aj):
    """The rows that do not depend on row ids; places included."""
    with sqlite3.connect(f"file:{aj.data}/stores/1/catalog.db?mode=ro", uri=True) as db:
        return {name: sorted(db.execute(sql).fetchall(), key=repr) for name, sql in {
            "commit": "SELECT printf('%012d', number), at, hex(chain_hash) FROM applied_commit",
            "message": "SELECT hex(id), size, is_raw, state, first_commit, last_commit, is_on_hold, segment, block, idx FROM message WHERE state <> 0 OR segment IS NOT NULL",
            "envelope": "SELECT hex(m.id), e.subject, e.sender, e.recipients, e.message_id, e.date, e.date_offset FROM envelope e JOIN message m ON m.num = e.message",
            "need": "SELECT hex(m.id), n.ordinal, hex(b.id) FROM message_blob n JOIN message m ON m.num = n.message JOIN blob b ON b.num = n.blob",
            "piece": "SELECT hex(b.id), p.piece, p.segment, p.block, p.idx FROM blob_piece p JOIN blob b ON b.num = p.blob",
            "placement": "SELECT f.path, c.uid_validity, p.uid, hex(m.id), p.flags, p.is_gone, p.is_deleted FROM placement p JOIN cursor c ON c.num = p.cursor JOIN folder f ON f.num = c.folder JOIN message m ON m.num = p.message",
            "tombstone": "SELECT t.number, t.ordinal, hex(m.id), t.who, t.at, t.reason FROM tombstone t JOIN message m ON m.num = t.message",
            "segment": "SELECT ordinal, hex(sha256), sealed_commit, retired_commit FROM segment",
        }.items()}


def delete(aj, ids):
    done = subprocess.run([aj.app, "message", "delete", "-", "--reason", "half of it goes", "--yes", "--json", "--data", aj.data], input="\n".join(ids) + "\n", capture_output=True, text=True)
    return done.returncode, json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True)
    parser.add_argument("--messages", type=int, default=6000)
    parser.add_argument("--size", type=int, default=12000, help="mean octets of a message")
    parser.add_argument("--more", type=int, default=2000, help="messages archived during the compaction")
    a = parser.parse_args()
    check = Checks()
    aj = Installation(a.app)
    mail = tempfile.mkdtemp(prefix="aj-mail-")
    try:
        first = maildir(f"{mail}/first", 1, a.messages, a.size)
        more = maildir(f"{mail}/more", 1_000_001, a.more, a.size)
        aj.must("store", "create", "Half")
        for name in ("first", "more"):
            aj.must("profile", "add", name, "--source", "maildir", "--path", f"{mail}/{name}")
        aj.must("run", "RunProfile", "--name=first", "--no-index-wait")
        full = segments(aj)

        code, report = delete(aj, first[::2])
        check("every second message is deleted", (code, len(report["deleted"])) == (0, len(first[::2])), f"exit code {code}, {len(report['deleted']):,} deleted, {len(report['notHeld'])} not held, {len(report['refused'])} refused")
        code, report = delete(aj, first[:2])
        check("deleting again is no error", code == 0 and report["deleted"] == [first[1]] and report["notHeld"] == [first[0]], f"exit code {code}")
        kept = set(first[3::2])
        before = rows(aj)
        before_bytes = segments(aj)

        aj.serve()
        archiving = subprocess.Popen([aj.app, "run", "RunProfile", "--name=more", "--no-index-wait", "--max-rate=400", "--json", "--data", aj.data], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        wait(lambda: segments(aj) > before_bytes + 200_000, 30, 0.05)
        began = time.monotonic()
        shown = aj.call("CompactStore", "--id=1")
        took = time.monotonic() - began
        was_archiving = archiving.poll() is None
        print("    | " + shown.stdout.strip().replace("\n", "\n    | "))
        archiving.communicate()
        check("compacted while archiving ran", shown.returncode == 0 and was_archiving and archiving.returncode == 0, f"exit code {shown.returncode}, archiving {archiving.returncode}, {took:.1f} s")
        code, run = aj.json("CompactStore", "--id=1")
        check("a second one finds nothing left to do", (code, run.get("segmentsRetired")) == (0, 0), f"{run.get('segmentsLookedAt')} looked at")
        retired = [f"{ordinal >> 32:08}-{ordinal & 0xFFFFFFFF:08}.dat" for ordinal, _, _, commit in rows(aj)["segment"] if commit]
        gone = wait(lambda: not any(os.path.exists(f"{aj.data}/stores/1/segments/{name}") for name in retired), 60)
        check("the retired files are gone while the host runs", retired and gone, f"{', '.join(retired)}; {segments(aj) / 1e6:.1f} MB")
        aj.stop()

        exported, _ = aj.export()
        check("exported is what was kept and what came meanwhile, byte for byte", exported == kept | set(more), f"{len(exported):,} messages")
        for level in ("full", "structure", "reassemble"):
            code, run = aj.json("VerifyStore", "--id=1", f"--level={level}")
            check(f"verified, {level}", code == 0 and not run["damages"], run["state"])
        live = rows(aj)
        check("the chain is unchanged", live["commit"][:len(before["commit"])] == before["commit"], f"{len(before['commit']):,} commits before, {len(live['commit']):,} now")
        code, run = aj.json("RecoverStore", "--id=1")
        recovered = rows(aj)
        differing = [name for name in live if live[name] != recovered[name]]
        check("the recovered catalog is the live one", code == 0 and not differing, f"{sum(len(table) for table in live.values()):,} rows compared, different: {differing or 'none'}")
        code, run = aj.json("run", "RunProfile", "--name=first", "--no-index-wait")
        counters = run["counters"]
        check("another run counts what was deleted as filtered", (counters["filtered"], counters["alreadyHeld"], counters["archived"]) == (a.messages - len(kept), len(kept), 0), counters)
        exported, _ = aj.export()
        check("exported again, the same", exported == kept | set(more), f"{len(exported):,} messages")
        now = segments(aj)
        print(f"segments: {full / 1e6:.1f} MB archived, {before_bytes / 1e6:.1f} MB after the deletion, {now / 1e6:.1f} MB at the end with {a.more:,} messages more")
    finally:
        aj.close()
        shutil.rmtree(mail)
    check.end()


main()
