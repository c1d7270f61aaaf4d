#!/usr/bin/env python3
"""The second run with nothing new, in a running host, beside mbsync's second run on the same server (python3 stdlib only).

  tests/bench/second_run.py --app OUT/archivejobs --csv STATE/mailboxes.csv [--port 11143] [--rounds 3]
"""
import argparse, csv, importlib.util, json, os, shutil, statistics, subprocess, sys, tempfile, time

spec = importlib.util.spec_from_file_location("ingest", os.path.join(os.path.dirname(os.path.abspath(__file__)), "ingest.py"))
ingest = importlib.util.module_from_spec(spec)
spec.loader.exec_module(ingest)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True)
    parser.add_argument("--csv", required=True)
    parser.add_argument("--port", type=int, default=11143)
    parser.add_argument("--rounds", type=int, default=3)
    a = parser.parse_args()
    a.csv = os.path.abspath(a.csv)
    users = [row[:2] for row in list(csv.reader(open(a.csv)))[1:]]
    work = tempfile.mkdtemp(prefix="aj-second-")
    ingest.archivejobs(a, f"{work}/aj")
    ingest.mbsync(a, f"{work}/mbsync", "no", users)
    host = subprocess.Popen([a.app, "serve", "--urls", "http://127.0.0.1:0", "--https", "off", "--data", f"{work}/aj"], stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if os.path.exists(f"{work}/aj/run/host.json"):
                break
            time.sleep(0.1)
        ours, theirs = [], []
        for n in range(a.rounds):
            theirs.append(ingest.measure(["mbsync", "-c", f"{work}/mbsync/mbsyncrc", "-a", "-qq"])["seconds"])
            m = ingest.measure([a.app, "run", "RunProfile", "--name=bench", "--json", "--data", f"{work}/aj"])
            run = json.loads(m["out"])
            counters = run["counters"]
            if counters["seen"] != counters["alreadyHeld"] or run["newMessages"] != 0:
                sys.exit(f"not a run with nothing new: {counters}")
            ours.append(ingest.utc(run["endedUtc"]) - ingest.utc(run["startedUtc"]))
        print(f"seen = alreadyHeld = {counters['seen']:,}")
        print(f"archivejobs {' '.join(f'{x:.3f}' for x in ours)} s, mbsync {' '.join(f'{x:.3f}' for x in theirs)} s, "
              f"ratio of medians {statistics.median(ours) / statistics.median(theirs):.2f}")
    finally:
        host.terminate()
        host.wait()
        shutil.rmtree(work)


main()
