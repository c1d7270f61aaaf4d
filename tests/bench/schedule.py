#!/usr/bin/env python3
"""A schedule every minute, the host restarted twice: no slot runs twice, missed slots follow the rule, each is accounted for (python3 stdlib only).

  tests/bench/schedule.py --app OUT/archivejobs --samples samples [--minutes 10] [--down 100]

Both stops are kill -9; the second lasts --down seconds, long enough to miss at least one slot. Three schedules of the same minute, with the rules last, none and 5,
each over an eml profile of its own. What Hangfire itself holds is read from its own dashboard, /hangfire/recurring, as an administrator sees it, after each start.
"""
import argparse, datetime, html, http.cookiejar, json, os, re, signal, subprocess, sys, tempfile, time, urllib.error, urllib.parse, urllib.request

RULES = {"last": "last", "none": "none", "five": "5"}


class Visitor:
    """The first administrator in a browser without script."""

    def __init__(self, data):
        self.data, self.password = data, open(f"{data}/first-login.txt").read().split("Password: ")[1].strip()
        self.url = self.open = None

    def enter(self):
        """Logs in; the first time with the password that was handed over, which has to be changed."""
        self.url = json.load(open(f"{self.data}/run/host.json"))["url"].rstrip("/")
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())).open
        answer = self.submit("/login", name="admin", password=self.password, returnUrl="/")
        if answer.url.endswith("/password"):
            self.submit("/password", current=self.password, chosen="a long enough one", again="a long enough one")
            self.password = "a long enough one"

    def submit(self, page, **fields):
        form = self.open(self.url + page).read().decode()
        token = re.search(r'name="__RequestVerificationToken" value="([^"]+)"', form)[1]
        return self.open(self.url + page, urllib.parse.urlencode(fields | {"__RequestVerificationToken": token}).encode())

    def recurring(self):
        """What Hangfire's page of recurring jobs shows: names, each with its cron expression and its next execution."""
        self.enter()
        page = self.open(self.url + "/hangfire/recurring").read().decode()
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.S)
        cells = [[" ".join(html.unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)] for row in rows]
        return [[cell for cell in row if cell] for row in cells if row]


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

    visitor = None

    def look():
        """Hangfire's list, as soon as all three are in it."""
        nonlocal visitor
        visitor = visitor or Visitor(data)
        for _ in range(100):
            shown = visitor.recurring()
            if len(shown) == len(RULES):
                break
            time.sleep(0.2)
        for row in shown:
            say("      /hangfire/recurring: " + " | ".join(row))
        return len(shown) == len(RULES)

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
    ok = look()
    first = datetime.datetime.now(datetime.timezone.utc)
    total = a.minutes * 60
    until(total * 0.3)
    say("kill -9, start again at once")
    host.send_signal(signal.SIGKILL)
    host.wait()
    host = serve()
    ok = look() and ok
    until(total * 0.6)
    say(f"kill -9, down for {a.down} s")
    host.send_signal(signal.SIGKILL)
    host.wait()
    time.sleep(a.down)
    host = serve()
    ok = look() and ok
    until(total)
    listed = json.loads(app("schedule", "list", "--json"))["schedules"]
    until(total + 15)
    for name in RULES:
        app("schedule", "pause", name)
    time.sleep(5)
    runs = json.loads(app("runs", "list", "--limit", "100000", "--json"))["runs"]
    last = datetime.datetime.now(datetime.timezone.utc)
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
