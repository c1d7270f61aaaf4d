#!/usr/bin/env python3
"""A schedule every minute, the host restarted twice: no slot runs twice, missed slots follow the rule, each is accounted for (python3 stdlib only).

  tests/bench/schedule.py --app OUT/archivejobs --samples samples [--minutes 10] [--down 100]

The second stop is kill -9 and lasts --down seconds, long enough to miss at least one slot. Three schedules of the same minute, with the rules last, none and 5,
each over an eml profile of its own. What Hangfire itself holds is shown by its recurring jobs: the host writes none of them to disk, so the tests look there
(HangfireMirrorTests); here `schedule list` and the runs are looked at.
"""
import argparse, datetime, json, os, signal, subprocess, sys, tempfile, time

RULES = {"last": "last", "none": "none", "five": "5"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True)
    parser.add_argument("--samples", required=True)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--down", type=int, default=100)
    a = parser.parse_args()
    data = tempfile.mkdtemp(prefix="aj-schedule-")

    def app(*argv):
        done = subprocess.run([a.app, *argv, "--data", data], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{argv}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def serve():
        host = subprocess.Popen([a.app, "serve", "--urls", "http://127.0.0.1:0", "--https", "off", "--data", data], stdout=subprocess.DEVNULL, stderr=open(f"{data}/serve.err", "a"))
        while not os.path.exists(f"{data}/run/host.json") or json.load(open(f"{data}/run/host.json"))["processId"] != host.pid:
            time.sleep(0.05)
        say(f"host {host.pid} is up")
        return host

    begun = time.monotonic()

    def say(text):
        print(f"{datetime.datetime.now():%H:%M:%S}  {text}", flush=True)

    def until(seconds):
        time.sleep(max(0, begun + seconds - time.monotonic()))

    app("store", "create", "Scheduled")
    for name, rule in RULES.items():
        app("profile", "add", name, "--source", "eml", "--path", os.path.join(os.path.abspath(a.samples), "eml"), "--mailbox", name)
        app("schedule", "add", name, "--kind", "RunProfile", f"--name={name}", "--cron", "* * * * *", "--zone", "UTC", "--catch-up", rule)
    host = serve()
    first = datetime.datetime.now(datetime.timezone.utc)
    total = a.minutes * 60
    until(total * 0.3)
    say("stop in good order, start again at once")
    host.terminate()
    host.wait()
    host = serve()
    until(total * 0.6)
    say(f"kill -9, down for {a.down} s")
    host.send_signal(signal.SIGKILL)
    host.wait()
    time.sleep(a.down)
    host = serve()
    until(total)
    listed = json.loads(app("schedule", "list", "--json"))["schedules"]
    until(total + 15)
    for name in RULES:
        app("schedule", "pause", name)
    time.sleep(5)
    runs = json.loads(app("runs", "list", "--limit", "100000", "--json"))["runs"]
    last = datetime.datetime.now(datetime.timezone.utc)
    ok = True
    for schedule in listed:
        name = schedule["name"]
        mine = sorted((run for run in runs if run["schedule"] == schedule["id"]), key=lambda run: run["slotUtc"])
        slots = [run["slotUtc"] for run in mine]
        ran = [run for run in mine if run["state"] != "Skipped"]
        by = {}
        for run in mine:
            key = f"{run['trigger']}/{run['state']}" + (f"({run['reason']})" if run["state"] == "Skipped" else "")
            by[key] = by.get(key, 0) + 1
        due = []
        slot = first.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
        while slot <= last:
            due.append(slot.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
            slot += datetime.timedelta(minutes=1)
        named = " ".join(e["text"] for e in json.loads(app("schedule", "events", name, "--json"))["events"] if e["kind"] == "Missed")
        lost = [s for s in due if s not in slots and s[:16] + "Z" not in named]
        good = all(run["state"] == "Succeeded" for run in ran)
        say(f"{name:5} catch-up {schedule['catchUp']}: {len(due)} slots due, {len(ran)} runs, {by}")
        say(f"      twice {len(slots) - len(set(slots))}, in no row and no event {len(lost)}, all good {good}; missed: {named or '-'}")
        caught = sum(run["trigger"] == "CatchUp" for run in mine)
        rule_ok = {"none": caught == 0 and named, "last": caught <= 1, "five": not named and caught >= 1}[name]
        ok = ok and len(slots) == len(set(slots)) and not lost and good and bool(rule_ok)
    host.terminate()
    host.wait()
    print("OK" if ok else f"FAILED, data kept in {data}")
    sys.exit(0 if ok else 1)


main()
