#!/usr/bin/env python3
"""Two hosts on one PostgreSQL: 10 stores, 40 runs, one host killed with -9 in the middle. Every run ends, none twice, each store has one writer at a time.

  tests/bench/two_hosts.py --app OUT/archivejobs [--messages 300] [--rate 10] [--keep]

Starts a private PostgreSQL (Debian package postgresql) and two hosts with data directories of their own and a shared one. Nothing is believed: the ledger is read with psql,
writers are counted in the names of the segments (<epoch>-<number>.dat: an epoch is one opening of a writer), what was archived is exported and compared by SHA-256.
"""
import argparse, collections, glob, hashlib, json, os, random, re, shutil, signal, subprocess, sys, tempfile, time
from servers import ENDS, OPEN, free_ports, message

STORES = 10
BIN = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
FAILED = []


def check(ok, text):
    print(("ok    " if ok else "FAIL  ") + text, flush=True)
    if not ok:
        FAILED.append(text)


class Postgres:
    def __init__(self, home):
        self.home, self.port = home, free_ports(1)[0]
        os.chmod(home, 0o755)
        data = f"{home}/pg"
        os.mkdir(data)
        self.as_user = []
        if os.geteuid() == 0:
            shutil.chown(data, "postgres", "postgres")
            self.as_user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
        subprocess.run([*self.as_user, f"{BIN}/initdb", "-D", data, "-U", "aj", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], check=True, stdout=subprocess.DEVNULL, cwd="/")
        self.process = subprocess.Popen([*self.as_user, f"{BIN}/postgres", "-D", data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
                                         "-c", "max_connections=300"], stdout=subprocess.DEVNULL, stderr=open(f"{home}/pg.log", "w"), cwd="/")
        OPEN.append(self)
        while subprocess.run([f"{BIN}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]).returncode:
            time.sleep(0.1)
        self.sql("CREATE DATABASE archivejobs", "postgres")

    def sql(self, text, database="archivejobs"):
        done = subprocess.run([f"{BIN}/psql", "-h", "127.0.0.1", "-p", str(self.port), "-U", "aj", "-d", database, "-AtXq", "-F", "\t", "-c", text], capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def close(self):
        if self in OPEN:
            OPEN.remove(self)
            self.process.send_signal(signal.SIGINT)
            self.process.wait()


class Host:
    def __init__(self, app, home, name, environment):
        self.app, self.data, self.environment = app, f"{home}/{name}", environment
        self.serve()
        OPEN.append(self)

    def serve(self):
        self.process = subprocess.Popen([self.app, "serve", "--urls", "http://127.0.0.1:0", "--data", self.data], env=self.environment, stdout=open(f"{self.data}.log", "a"), stderr=subprocess.STDOUT)
        while not os.path.exists(f"{self.data}/run/host.json"):
            if self.process.poll() is not None:
                sys.exit(f"the host did not start:\n{open(f'{self.data}.log').read()}")
            time.sleep(0.1)

    def run(self, *words, good=(0,)):
        done = subprocess.run([self.app, *words, "--data", self.data], env=self.environment, capture_output=True, text=True)
        if done.returncode not in good:
            sys.exit(f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def begin(self, *words):
        return subprocess.Popen([self.app, *words, "--data", self.data], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        OPEN.remove(self)

    def close(self):
        if self in OPEN:
            OPEN.remove(self)
            self.process.terminate()
            self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--app", required=True)
    parser.add_argument("--messages", type=int, default=300, help="of each of the 20 profiles")
    parser.add_argument("--rate", type=float, default=10, help="messages a second of each run, so that the kill meets many")
    parser.add_argument("--keep", action="store_true")
    a = parser.parse_args()
    home = tempfile.mkdtemp(prefix="aj-two-")
    rng = random.Random(4)
    started = time.monotonic()
    postgres = Postgres(home)
    environment = {**os.environ, "ARCHIVEJOBS_DATABASE": "postgresql", "ARCHIVEJOBS_SHARED": f"{home}/shared",
                   "ARCHIVEJOBS_CONNECTION": f"Host=127.0.0.1;Port={postgres.port};Username=aj;Database=archivejobs"}
    a_host, b_host = Host(a.app, home, "a", environment), Host(a.app, home, "b", environment)
    hosts = [a_host, b_host]
    want = collections.defaultdict(set)
    for store in range(1, STORES + 1):
        hosts[store % 2].run("store", "create", f"Store {store}")
    for number in range(2 * STORES):
        store, folder = number % STORES + 1, f"{home}/mail/{number}"
        for part in ("cur", "new", "tmp"):
            os.makedirs(f"{folder}/{part}")
        for index in range(a.messages):
            octets = message(rng, number * 10000 + index, rng.choice((1000, 4000, 20000)))
            want[store].add(hashlib.sha256(octets).hexdigest())
            with open(f"{folder}/cur/{1700000000 + index}.{number}_{index}.host:2,S", "wb") as file:
                file.write(octets)
        a_host.run("profile", "add", f"p{number}", "--source", "maildir", "--path", folder, "--mailbox", f"user{number}", "--store", str(store))
    owners = dict(postgres.sql('SELECT "StoreId", "HostId" FROM "StoreOwners" ORDER BY 1'))
    check(len(owners) == STORES and len(set(owners.values())) == 2, f"before the runs both hosts have stores: {sorted(collections.Counter(owners.values()).values())}")

    # Entered at the host that does not have the store as often as at the one that has.
    clients = [hosts[number // 2 % 2].begin("run", "RunProfile", f"--name=p{number}", f"--max-rate={a.rate}", "--detach") for number in range(2 * STORES)]
    while int(postgres.sql('SELECT count(*) FROM "JobRuns"')[0][0]) < 2 * STORES:
        time.sleep(0.2)
    clients += [hosts[(store + level) % 2].begin("run", "VerifyStore", f"--id={store}", f"--level={('quick', 'full')[level]}", "--detach") for store in range(1, STORES + 1) for level in (0, 1)]
    while int(postgres.sql('SELECT count(*) FROM "JobRuns"')[0][0]) < 4 * STORES:
        time.sleep(0.2)

    # The middle: both work, and the one to be killed has acknowledged messages in several stores.
    a_boot = postgres.sql('SELECT "BootId" FROM "JobHosts" WHERE "ProcessId" = %d' % a_host.process.pid)[0][0]
    while True:
        running = dict(postgres.sql('SELECT "BootId", count(*) FROM "JobRuns" WHERE "State" = 1 AND "Kind" = \'RunProfile\' AND "CheckpointJson" IS NOT NULL GROUP BY 1'))
        if int(running.get(a_boot, 0)) >= 2 and len(running) == 2:
            break
        if int(postgres.sql('SELECT count(*) FROM "JobRuns" WHERE "State" >= 10')[0][0]) > 3 * STORES:
            sys.exit("the runs were over before the kill: give more --messages")
        time.sleep(0.1)
    a_host.kill()
    killed = time.monotonic()
    held = int(postgres.sql(f'SELECT count(*) FROM "JobRuns" WHERE "State" = 1 AND "BootId" = \'{a_boot}\'')[0][0])
    ended = int(postgres.sql('SELECT count(*) FROM "JobRuns" WHERE "State" >= 10')[0][0])
    print(f"      killed one host: it held {held} runs, {ended} of {4 * STORES} were over", flush=True)
    limit = time.monotonic() + 900
    while int(postgres.sql('SELECT count(*) FROM "JobRuns" WHERE "State" < 10')[0][0]) and time.monotonic() < limit:
        time.sleep(0.5)
    took = time.monotonic() - killed
    for client in clients:
        client.wait()

    states = postgres.sql('SELECT "Kind", "State", count(*) FROM "JobRuns" GROUP BY 1, 2 ORDER BY 1, 2')
    check(states == [["RunProfile", "10", str(2 * STORES)], ["VerifyStore", "10", str(2 * STORES)]], f"every run ended Succeeded (10), {took:.0f} s after the kill: {states}")
    check(postgres.sql('SELECT count(*) FROM "JobRunEvents" WHERE "State" >= 10 GROUP BY "RunId" HAVING count(*) <> 1') == [], "each run ended once")
    twice = postgres.sql('SELECT a."RunId" FROM "JobRunAttempts" a JOIN "JobRunAttempts" b ON a."RunId" = b."RunId" AND a."Epoch" < b."Epoch" AND a."EndedAt" > b."StartedAt"')
    check(twice == [], f"no two attempts of one run at the same time: {twice}")
    again = postgres.sql('SELECT count(*) FROM "JobRuns" WHERE "Epoch" > 1')[0][0]
    check(int(again) == held, f"only the {held} runs of the killed host were begun again: {again}")
    counters = postgres.sql('SELECT "ResultJson" FROM "JobRuns" WHERE "Kind" = \'RunProfile\'')
    seen = [json.loads(row[0])["counters"] for row in counters]
    check(all(one["seen"] == a.messages == one["archived"] for one in seen), f"each balance says {a.messages} seen and archived: {collections.Counter((one['seen'], one['archived']) for one in seen)}")

    # Writers: an epoch of a store is one opening of its writer, by the host of the attempts that wrote.
    wrote = collections.defaultdict(set)
    for store, boot in postgres.sql('SELECT DISTINCT r."StoreId", a."BootId" FROM "JobRunAttempts" a JOIN "JobRuns" r ON r."Id" = a."RunId" WHERE r."Kind" = \'RunProfile\''):
        wrote[int(store)].add(boot)
    overlaps = postgres.sql('SELECT r."StoreId", a."RunId", b."RunId" FROM "JobRunAttempts" a JOIN "JobRuns" r ON r."Id" = a."RunId" JOIN "JobRunAttempts" b ON b."BootId" <> a."BootId" '
                            'JOIN "JobRuns" s ON s."Id" = b."RunId" WHERE r."StoreId" = s."StoreId" AND a."StartedAt" < b."EndedAt" AND b."StartedAt" < a."EndedAt"')
    check(overlaps == [], f"no store was worked on by two hosts at a time: {overlaps}")
    epochs = {store: sorted({re.match(r"([0-9a-f]+)-", os.path.basename(file)).group(1) for file in glob.glob(f"{home}/shared/stores/{store}/segments/*.dat")}) for store in range(1, STORES + 1)}
    check(all(1 <= len(epochs[store]) <= len(wrote[store]) for store in epochs),
          f"each store's segments are of as many writers as hosts wrote to it, one after the other: {[(store, len(epochs[store]), len(wrote[store])) for store in epochs]}")
    moved = postgres.sql('SELECT count(*) FROM "StoreOwners" WHERE "Epoch" = 2')[0][0]
    check(all(int(epoch) <= 2 for _, epoch in postgres.sql('SELECT "StoreId", "Epoch" FROM "StoreOwners"')) and int(moved) > 0, f"{moved} stores moved to the other host, once")

    # The bytes.
    for store in range(1, STORES + 1):
        out = f"{home}/out/{store}"
        b_host.run("export", "--store", str(store), "--format", "eml", "--output", out)
        have = [hashlib.sha256(open(f"{out}/{name}", "rb").read()).hexdigest() for name in os.listdir(out) if name.endswith(".eml")]
        if set(have) != want[store] or len(have) != len(want[store]):
            check(False, f"store {store}: {len(have)} messages exported, {len(want[store])} expected, {len(want[store] - set(have))} missing")
    check(not any("messages exported" in text for text in FAILED), f"every store gives back each of its {2 * a.messages} messages once, byte for byte")
    verified = [json.loads(b_host.run("run", "VerifyStore", f"--id={store}", "--level=full", "--json", good=(0, 1)))["state"] for store in range(1, STORES + 1)]
    check(set(verified) == {"Succeeded"}, f"full verification afterwards: {collections.Counter(verified)}")
    b_host.close()
    postgres.close()
    print(f"{'OK' if not FAILED else 'FAILED'} in {time.monotonic() - started:.0f} s")
    if FAILED or a.keep:
        print(f"kept: {home}")
    else:
        shutil.rmtree(home)
    sys.exit(1 if FAILED else 0)


main()
