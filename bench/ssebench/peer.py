"""A server to be measured, as peers/NAME.json describes it, with a Redis of its own."""
import json
import os
import pathlib
import re
import shutil
import socket
import tempfile
import time
import urllib.request

from .paths import BENCH, BUILD, SCRATCH, program
from .procs import Group, Proc

START_S = 30


class Skip(Exception):
    """Something that the peer needs is not there."""


class Ports:
    def __init__(self):
        self.next = 18000 + (os.getpid() % 97) * 20

    def take(self):
        while True:
            self.next = self.next + 1 if self.next < 32000 else 18000
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    s.bind(("127.0.0.1", self.next))
                    return self.next
                except OSError:
                    continue


PORTS = Ports()


def wait_port(port, proc):
    end = time.time() + START_S
    while time.time() < end:
        if proc.ended():
            raise RuntimeError(f"{' '.join(map(str, proc.p.args))}: ended with {proc.p.returncode} before listening")
        with socket.socket() as s:
            s.settimeout(0.5)
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError(f"nothing listens on port {port}")


def names():
    return sorted(p.stem for p in (BENCH / "peers").glob("*.json"))


def spec(name):
    f = BENCH / "peers" / f"{name}.json"
    if not f.exists():
        raise SystemExit(f"no peer '{name}'; there are {', '.join(names())}")
    own = json.loads(f.read_text())
    return {**spec(own["extends"]), **own} if "extends" in own else own


class Peer:
    def __init__(self, name, opts):
        self.name, self.opts, self.spec = name, opts, spec(name)
        self.procs = []
        self.run = None
        self.vars = {"BUILD": BUILD, "BENCH": BENCH, "FRONTEND": program(opts.build, "Frontend"), "SILO": program(opts.build, "Silo")}

    def check_needs(self):
        for need in ["redis-server", *self.spec.get("needs", [])]:
            path = self._sub(need)
            if not (os.path.exists(path) or shutil.which(path) or shutil.which(path, path="/usr/sbin")):
                raise Skip(f"{os.path.basename(path)} is missing")

    def start(self, channels):
        """Starts everything and waits until a subscription is answered. channels: how many a run's connections spread over, unless a load says otherwise."""
        self.check_needs()
        SCRATCH.mkdir(parents=True, exist_ok=True)
        self.run = pathlib.Path(tempfile.mkdtemp(prefix=f"run-{self.name}-", dir=SCRATCH))
        self.run.chmod(0o755)
        self.vars.update(RUN=self.run, CHANNELS=channels)
        self._start_redis()
        for name, source in self.spec.get("files", {}).items():
            (self.run / name).write_text(self._sub((BENCH / "peers" / source).read_text()))
        self.server = Group()
        for s in self._sub(self.spec["servers"]):
            p = self._proc(s["cmd"], s["name"], self.opts.server_cpus, s.get("env"))
            self.server.procs.append(p)
            self.server.names.append(s["name"])
            if "port" in s:
                wait_port(int(s["port"]), p)
        self.port = int(self._var("PORT"))
        self.ports = [int(p) for p in self._sub(self.spec.get("ports", ["@PORT@"]))]
        wait_port(self.port, self.server.procs[-1])
        for port in self.ports:
            self._probe(port)

    def path(self, channel="ch", channels=None):
        """The request target of connection {i}: its channel is {i} modulo the number of channels."""
        return self._sub(self.spec["subscribe"]["path"].replace("@CHANNEL@", f"{channel}{{i%{channels or '@CHANNELS@'}}}"))

    def collections(self):
        """(garbage collections so far, of them in generation 2, seconds that they stopped the process for); None: it has none, or doesn't tell."""
        if "metrics" not in self.spec:
            return None
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self.spec['metrics']}", timeout=5) as answer:
            lines = dict(line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if line.startswith("dotnet_gc_"))
        by_generation = {k: float(v) for k, v in lines.items() if k.startswith("dotnet_gc_collections_total")}
        return sum(by_generation.values()), sum(v for k, v in by_generation.items() if "gen2" in k), float(lines["dotnet_gc_pause_time_seconds_total"])

    def must_resume(self):
        if not self.spec.get("resumes", True):
            raise Skip("keeps no history")

    def redis_command(self, line):
        """The answer to an inline command, up to 64 KiB of it."""
        with socket.create_connection(("127.0.0.1", self._var("REDIS_PORT")), 3) as s:
            s.sendall(line.encode() + b"\r\n")
            return s.recv(65536).decode()

    def pub_args(self):
        p = self._sub(self.spec["publish"])
        if p["kind"] == "redis":
            return ["--redis", f"127.0.0.1:{self._var('REDIS_PORT')}"]
        return ["--http", f"127.0.0.1:{self.port}", "--path", p["path"], "--conns", p["conns"]]

    def stop(self, keep=False):
        for p in reversed(self.procs):
            p.stop()
        self.procs = []
        if self.run and not keep:
            shutil.rmtree(self.run, ignore_errors=True)

    def _proc(self, cmd, name, cpus, env=None):
        p = Proc(cmd, self.run / f"{name}.log", env, cpus, cwd=self.run)
        self.procs.append(p)
        return p

    def _start_redis(self):
        port = self._var("REDIS_PORT")
        self.redis = self._proc(["redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--maxclients", "19500",
                                 "--tcp-backlog", "4096", "--dir", self.run], "redis", self.opts.load_cpus)
        wait_port(port, self.redis)

    def _probe(self, port):
        path = re.sub(r"\{i(%\d+)?\}", "0", self.path("probe"))
        end = time.time() + START_S
        last = b""
        while time.time() < end and not self.server.ended():
            try:
                with socket.create_connection(("127.0.0.1", port), 3) as s:
                    s.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n\r\n".encode())
                    last = s.recv(4096)
                    # SseFabric answers 200 to an EventSource that has to come back later.
                    if re.match(rb"HTTP/1\.\d 200", last) and b"X-SSE-Busy" not in last:
                        return
            except OSError as e:
                last = str(e).encode()
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} does not answer {path}: {last[:200]!r}")

    def _sub(self, x):
        """Replaces @NAME@ in strings, lists and dicts."""
        if isinstance(x, str):
            return re.sub(r"@([A-Z_0-9]+)@", lambda m: self._sub(str(self._var(m.group(1)))), x)
        if isinstance(x, list):
            return [self._sub(i) for i in x]
        if isinstance(x, dict):
            return {k: self._sub(v) for k, v in x.items()}
        return x

    def _var(self, k):
        if re.fullmatch(r"PORT\d*|REDIS_PORT", k) and k not in self.vars:
            self.vars[k] = PORTS.take()
        if k not in self.vars:
            raise SystemExit(f"peer {self.name}: unknown @{k}@")
        return self.vars[k]
