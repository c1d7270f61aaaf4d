#!/usr/bin/env python3
"""kill -9 of the host again and again while a profile is archived; at the end nothing is lost, nothing is there twice, the balance is exact.

  tests/bench/kill_host.py --app OUT/archivejobs --csv STATE/mailboxes.csv --expect N [--port 11143] [--kills 50] [--rate 25] [--seed 1]

Each kill comes 1 to 10 s, at random, after the run is Running again; then the host is started anew. --rate slows the run so that all kills hit it.
--octets DIR: the messages as the server sends them, one file each (imap_fetch.py --out); the export must be the same set of SHA-256.
"""
import argparse, hashlib, json, os, random, signal, subprocess, sys, tempfile, time


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True)
    parser.add_argument("--csv", required=True)
    parser.add_argument("--expect", type=int, required=True)
    parser.add_argument("--port", type=int, default=11143)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rate", type=float, default=25)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--octets")
    a = parser.parse_args()
    rng = random.Random(a.seed)
    data = tempfile.mkdtemp(prefix="aj-kill-")

    def app(*argv, check=True):
        done = subprocess.run([a.app, *argv, "--data", data], capture_output=True, text=True)
        if check and done.returncode not in (0, 1) and argv[:2] != ("runs", "show"):
            sys.exit(f"{argv}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def serve():
        return subprocess.Popen([a.app, "serve", "--urls", "http://127.0.0.1:0", "--https", "off", "--data", data], stdout=subprocess.DEVNULL, stderr=open(f"{data}/serve.err", "a"))

    def state():
        try:
            return json.loads(app("runs", "show", "1", "--json"))
        except json.JSONDecodeError:
            return {"state": "?"}

    app("store", "create", "Killed")
    app("profile", "add", "killed", "--source", "imap", "--host", "127.0.0.1", "--port", str(a.port), "--security", "none", "--mailboxes", os.path.abspath(a.csv), "--exclude", "none")
    host = serve()
    while not os.path.exists(f"{data}/run/host.json"):
        time.sleep(0.05)
    client = subprocess.Popen([a.app, "run", "RunProfile", "--name=killed", f"--max-rate={a.rate}", "--data", data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    kills, counts = 0, []
    ends = ("Succeeded", "CompletedWithWarnings", "CompletedWithErrors", "Failed", "Cancelled")
    while kills < a.kills:
        run = state()
        if run["state"] in ends:
            break
        if run["state"] == "Blocked":
            counts.append(("blocked", kills))
            app("runs", "retry", "1")
        if run["state"] != "Running" or len(run.get("attempts") or []) <= kills:   # Still the attempt that was killed, not taken up yet.
            time.sleep(0.05)
            continue
        time.sleep(rng.uniform(1, 10))
        host.send_signal(signal.SIGKILL)
        host.wait()
        kills += 1
        print(f"kill {kills}", file=sys.stderr)
        host = serve()
        time.sleep(0.2)
    while state()["state"] not in ends:
        time.sleep(0.5)
    run = state()
    host.terminate()
    host.wait()
    out = f"{data}/export"
    app("export", "--store", "1", "--format", "eml", "--output", out)
    have = {name[:-4] for name in os.listdir(out) if name.endswith(".eml")}
    wrong = [name for name in have if hashlib.sha256(open(f"{out}/{name}.eml", "rb").read()).hexdigest() != name]
    verify = json.loads(app("run", "VerifyStore", "--id=1", "--level=full", "--json"))
    counters = run["counters"]
    print(json.dumps(dict(kills=kills, state=run["state"], attempts=run.get("attempts") and len(run["attempts"]), counters=counters, blocked=counts, exported=len(have), verify=verify["state"])))
    ok = run["state"] == "Succeeded" and counters["seen"] == a.expect == counters["archived"] and not wrong and verify["state"] == "Succeeded" and kills == a.kills
    if a.octets:
        want = {hashlib.sha256(open(os.path.join(d, f), "rb").read()).hexdigest() for d, _, files in os.walk(a.octets) for f in files}
        print(f"sent by the server {len(want)} distinct, missing {len(want - have)}, extra {len(have - want)}")
        ok = ok and want == have
    print("OK" if ok else f"FAILED, data kept in {data}")
    sys.exit(0 if ok else 1)


main()
