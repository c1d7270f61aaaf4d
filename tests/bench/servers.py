"""What the scripts beside this one share (python3 stdlib, dovecot, openssl): private mail servers on free loopback ports, small mailboxes, the program, and lines "ok" or "FAIL"."""
import atexit, hashlib, json, os, random, re, shutil, signal, socket, subprocess, sys, tempfile, threading, time

ENDS = ("Succeeded", "CompletedWithWarnings", "CompletedWithErrors", "Failed", "Cancelled")
DATE = r"[A-Z][a-z]{2} \d{1,2}, \d{2}:\d{2} \(UTC(?:[+-]\d{1,2}(?::\d{2})?)?\)"

OPEN = []   # What is closed when a script ends early.


@atexit.register
def close_all():
    for one in OPEN[:]:
        one.close()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def message(rng, number, size):
    """Octets as the server sends them: CRLF."""
    words = "invoice order meeting contract report 見積 請求書 会議 delivery garden window letter number".split()
    lines = [f"From: sender{number % 7}@example.jp", f"To: reader@example.jp", f"Subject: letter {number} {rng.choice(words[:5])}", f"Message-ID: <{number}.{rng.getrandbits(48):x}@example.jp>",
             "Date: Tue, 24 Nov 2026 02:00:00 +0900", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", f"zzmark{number}q"]
    length = 0
    while length < size:
        line = " ".join(rng.choice(words) + format(rng.getrandbits(32), "x") for _ in range(6))
        lines.append(line)
        length += len(line.encode()) + 2
    return ("\r\n".join(lines) + "\r\n").encode()


class Dovecot:
    """A private instance. users: name -> password; each gets an empty Maildir. plain: without any TLS."""

    def __init__(self, users, names="DNS:localhost,IP:127.0.0.1", plain=False):
        OPEN.append(self)
        self.users, self.plain, self.count = dict(users), plain, 0
        self.root = tempfile.mkdtemp(prefix="aj-dovecot-")
        os.chmod(self.root, 0o755)
        self.port, self.tls_port = free_ports(2)
        for name in ("run", "index", "control", "home", "log", "mail"):
            os.mkdir(f"{self.root}/{name}")
        for name in users:
            self.folder(name)
        self.cert = f"{self.root}/cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-keyout", f"{self.root}/key.pem", "-out", self.cert, "-subj", "/CN=mail",
                        "-addext", f"subjectAltName={names}"], check=True, capture_output=True)
        self.configure()

    def configure(self):
        as_root = os.geteuid() == 0
        me = subprocess.run(["id", "-un"], capture_output=True, text=True).stdout.strip()
        self.uid = 5000 if as_root else os.getuid()
        users = "default_internal_user = dovecot\ndefault_login_user = dovenull" if as_root else f"default_internal_user = {me}\ndefault_internal_group = {me}\ndefault_login_user = {me}"
        no_chroot = "" if as_root else "chroot ="
        tls = "ssl = no" if self.plain else f"ssl = yes\nssl_cert = <{self.cert}\nssl_key = <{self.root}/key.pem"
        with open(f"{self.root}/dovecot.conf", "w") as file:
            file.write(f"""base_dir = {self.root}/run
state_dir = {self.root}/run
instance_name = situations
{users}
protocols = imap
listen = 127.0.0.1
log_path = {self.root}/log/dovecot.log
{tls}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{self.root}/mail/%u:INDEX={self.root}/index/%u:CONTROL={self.root}/control/%u
mail_fsync = never
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {self.root}/passwords
}}
userdb {{
  driver = static
  args = uid={self.uid} gid={self.uid} home={self.root}/home/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  {no_chroot}
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {0 if self.plain else self.tls_port}
    ssl = yes
  }}
}}
service anvil {{
  {no_chroot}
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  {no_chroot}
}}
""")

    def folder(self, user, folder=None):
        path = f"{self.root}/mail/{user}" + (f"/.{folder}" if folder else "")
        for name in ("cur", "new", "tmp"):
            os.makedirs(f"{path}/{name}", exist_ok=True)
        return path

    def deliver(self, user, octets, folder=None):
        """The file lies there with LF, the server sends CRLF."""
        self.count += 1
        with open(f"{self.folder(user, folder)}/cur/{1700000000 + self.count}.M{self.count}.situations:2,S", "wb") as file:
            file.write(octets.replace(b"\r\n", b"\n"))
        return hashlib.sha256(octets).hexdigest()

    def fill(self, user, count, size=4000, folder=None, seed=1):
        rng = random.Random(f"{user} {folder} {seed}")
        return {self.deliver(user, message(rng, self.count, size), folder) for _ in range(count)}

    def start(self):
        with open(f"{self.root}/passwords", "w") as file:
            file.write("".join(f"{user}:{password}\n" for user, password in self.users.items()))
        os.chmod(f"{self.root}/passwords", 0o644)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", f"{self.uid}:{self.uid}"] + [f"{self.root}/{name}" for name in ("mail", "index", "control", "home")], check=True)
        with open(f"{self.root}/log/start.log", "a") as log:
            subprocess.run(["dovecot", "-c", f"{self.root}/dovecot.conf"], check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        wait(lambda: accepts(self.port), 20)
        return self

    def stop(self, forget=False):
        """forget: without its state, so that the next start gives every folder another UIDVALIDITY."""
        try:
            pid = int(open(f"{self.root}/run/master.pid").read())
            os.kill(pid, signal.SIGTERM)
            wait(lambda: not os.path.exists(f"/proc/{pid}") and not accepts(self.port), 20)
        except (FileNotFoundError, ProcessLookupError):
            pass
        if forget:
            for name in ("index", "control"):
                shutil.rmtree(f"{self.root}/{name}")
                os.mkdir(f"{self.root}/{name}")

    def fingerprint(self):
        """SHA-256 of the certificate, hexadecimal."""
        return subprocess.run(["openssl", "x509", "-in", self.cert, "-noout", "-fingerprint", "-sha256"], check=True, capture_output=True, text=True).stdout.split("=")[1].strip().replace(":", "")

    def close(self):
        OPEN.remove(self)
        self.stop()
        shutil.rmtree(self.root)


class Silent:
    """Accepts every connection and never says a word."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.accepted = self.listener.getsockname()[1], []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        try:
            while True:
                self.accepted.append(self.listener.accept()[0])
        except OSError:
            pass

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for one in self.accepted:
            one.close()


def accepts(port):
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def wait(condition, seconds=60, every=0.1):
    """The first value that counts as true; None when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(every)
    return None


class Installation:
    """The program on a data directory of its own."""

    def __init__(self, app, data=None):
        OPEN.append(self)
        self.app, self.data, self.host = app, data or tempfile.mkdtemp(prefix="aj-situations-"), None

    def call(self, *argv, under=(), stdin=None):
        return subprocess.run([*under, self.app, *argv, "--data", self.data], capture_output=True, text=True)

    def must(self, *argv):
        done = self.call(*argv)
        if done.returncode != 0:
            raise SystemExit(f"{argv}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def json(self, *argv, under=()):
        """(exit code, document)"""
        done = self.call(*argv, "--json", under=under)
        try:
            return done.returncode, json.loads(done.stdout)
        except json.JSONDecodeError:
            return done.returncode, {"state": None, "stdout": done.stdout, "stderr": done.stderr}

    def password(self, text):
        path = f"{self.data}/given-password"
        with open(path, "w") as file:
            file.write(text + "\n")
        os.chmod(path, 0o600)
        return path

    def add(self, name, port, user="anna", password="right", host="127.0.0.1", security="none", more=()):
        self.must("profile", "add", name, "--source", "imap", "--host", host, "--port", str(port), "--security", security, "--user", user, "--password-file", self.password(password), *more)

    def show(self, run=1):
        return self.json("runs", "show", str(run))[1]

    @staticmethod
    def acknowledged(run):
        """Messages of the run that are durable, while it works and afterwards."""
        return (run.get("counters") or {}).get("archived", run.get("durable", 0))

    def until(self, states, seconds=60, every=0.2):
        """The run 1 as soon as its state is one of these; as it is when the time is over."""
        return wait(lambda: (lambda run: run if run["state"] in states else None)(self.show()), seconds, every) or self.show()

    def serve(self):
        address = f"{self.data}/run/host.json"
        if os.path.exists(address):
            os.unlink(address)
        self.host = subprocess.Popen([self.app, "serve", "--urls", "http://127.0.0.1:0", "--https", "off", "--data", self.data], stdout=subprocess.DEVNULL, stderr=open(f"{self.data}/serve.err", "a"))
        if not wait(lambda: os.path.exists(address), 60):
            raise SystemExit("the host does not start: " + open(f"{self.data}/serve.err").read())

    def kill(self):
        self.host.kill()
        self.host.wait()
        self.host = None

    def stop(self):
        if self.host:
            self.host.terminate()
            self.host.wait()
            self.host = None

    def export(self):
        """SHA-256 of every message the store gives back; those whose octets are others than their name says are an error."""
        out = tempfile.mkdtemp(prefix="aj-export-")
        done = self.call("export", "--store", "1", "--format", "eml", "--output", out)
        names = {name[:-4] for name in os.listdir(out) if name.endswith(".eml")}
        wrong = [name for name in names if hashlib.sha256(open(f"{out}/{name}.eml", "rb").read()).hexdigest() != name]
        shutil.rmtree(out)
        if wrong:
            raise SystemExit(f"exported with other octets: {wrong}")
        return names, done

    def placements(self):
        """How often a message lies in each file of an mboxrd export."""
        out = tempfile.mkdtemp(prefix="aj-export-")
        self.must("export", "--store", "1", "--format", "mboxrd", "--output", out)
        found = {}
        for directory, _, files in os.walk(out):
            for name in files:
                path = os.path.join(directory, name)
                found[os.path.relpath(path, out)] = len(re.findall(rb"^From ", open(path, "rb").read(), re.M))
        shutil.rmtree(out)
        return found

    def close(self):
        OPEN.remove(self)
        self.stop()
        shutil.rmtree(self.data, ignore_errors=True)


class Checks:
    """Prints each check as it is made; exit code 1 when one failed."""

    def __init__(self):
        self.passed, self.failed = 0, []

    def __call__(self, what, good, seen=""):
        self.passed += bool(good)
        if not good:
            self.failed.append(what)
        print(f"  {'ok  ' if good else 'FAIL'} {what}{f': {seen}' if seen != '' else ''}", flush=True)
        return good

    def sentence(self, run, what, todo):
        """The sentences of the run, where {…} stands for any value and {date} for an instant with its zone."""
        for name, template, text in (("what failed", what, run.get("message")), ("what to do", todo, run.get("todo"))):
            pattern = re.sub(r"\\\{(\w+)\\\}", lambda found: DATE if found[1] == "date" else "[^{}]+", re.escape(template).replace(r"\ ", " "))
            self(name, re.fullmatch(pattern, text or ""), text)

    def state(self, code, run, state, reason, key, exit_code=1):
        seen = f"{run.get('state')} {run.get('reason')} {run.get('key')}, exit code {code}" + (f", {run.get('stderr')}" if run.get("stderr") else "")
        self(f"{state} {reason or ''} {key or ''}".rstrip() + f", exit code {exit_code}", (run.get("state"), run.get("key"), code) == (state, key, exit_code) and (reason is None or run.get("reason") == reason), seen)

    def next(self, run, low, high):
        """Seconds from the end of the last attempt to the next try."""
        last, then = run["attempts"][-1]["endedUtc"], run.get("nextUtc")
        seconds = (instant(then) - instant(last)) if then else None
        self(f"next try in {low} to {high} s", seconds is not None and low <= seconds <= high, f"{seconds:.0f} s" if seconds is not None else "none")

    def end(self):
        print(f"{self.passed} ok, {len(self.failed)} failed" + "".join(f"\n  {what}" for what in self.failed))
        sys.exit(1 if self.failed else 0)


def instant(text):
    from datetime import datetime
    return datetime.fromisoformat(re.sub(r"\.(\d{1,6})\d*", r".\1", text).replace("Z", "+00:00")).timestamp()
