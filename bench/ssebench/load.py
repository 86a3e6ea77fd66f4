"""Subscribers and a publisher (both src/sseload.c), and the accounts of one phase of publishing."""
import json
import os
import select
import subprocess
import time

from .paths import SSELOAD
from .procs import Proc, machine_busy

SIZE = 100  # bytes of data in a message


class Load:
    """N subscribers: a running 'sseload sub --control'."""

    def __init__(self, peer, n, channel="ch", channels=None, inflight=128, retry=5, timeout=25, port=None):
        self.n, self.peer = n, peer
        self.shm = peer.run / f"shm-{time.monotonic_ns()}"
        self.proc = Proc([SSELOAD, "sub", "--control", "-n", n, "-d", 90, "--inflight", inflight, "--timeout", timeout, "--retry", retry,
                          "--shm", self.shm, f"127.0.0.1:{port or peer.port}", peer.path(channel, channels)],
                         peer.run / "sseload.log", cpus=peer.opts.load_cpus, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.ready = self._read(timeout + 5)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def must_be_up(self):
        r = self.ready
        if r["ready"] < self.n:
            raise RuntimeError(f"only {r['ready']} of {self.n} connections came up: {r['last_errno']} HTTP {r['last_status']}")

    def cmd(self, line, secs=10):
        self.proc.p.stdin.write(line + "\n")
        self.proc.p.stdin.flush()
        return self._read(secs)

    def cut(self):
        self.cmd("cut")

    def resume(self, missed, timeout_s):
        """Connects all again, each with its last event id, and waits until they have the messages that they missed. What sseload reports."""
        self.cmd(f"resume {missed}")
        return self.cmd(f"expect {self.n * missed} {timeout_s * 1000}", timeout_s + 10)

    def close(self):
        try:
            self.proc.p.stdin.write("quit\n")
            self.proc.p.stdin.flush()
            self.proc.p.wait(10)
        except (OSError, subprocess.TimeoutExpired):
            pass
        self.proc.stop()

    def _read(self, secs):
        if not select.select([self.proc.p.stdout], [], [], secs)[0]:
            raise RuntimeError("sseload does not answer")
        line = self.proc.p.stdout.readline()
        if not line:
            raise RuntimeError("sseload ended; see sseload.log")
        return json.loads(line)


def ms(histogram, key):
    return round(histogram[key] / 1000, 3)


def phase(peer, load, pub, fanout, drain_s=5):
    """Publishes with the arguments in pub, waits for the deliveries (fanout for each message), and accounts for the CPU."""
    load.cmd("begin")
    r0, c0, l0, b0, t0 = peer.redis.cpu(), peer.server.cpu(), load.proc.cpu(), machine_busy(), time.time()
    published, pub_cpu = publish(peer, pub)
    want = published["acked"] * fanout
    d = load.cmd(f"expect {want} {int(drain_s * 1000)}", drain_s + 10)
    r1, c1, l1, b1, t1 = peer.redis.cpu(), peer.server.cpu(), load.proc.cpu(), machine_busy(), time.time()
    user, system = c1[0] - c0[0], c1[1] - c0[1]
    redis, loader = sum(r1) - sum(r0), sum(l1) - sum(l0)
    n = d["events"] or 1
    lat = d["lat_us"]
    return {
        "published": published["sent"], "acked": published["acked"], "pub_errors": published["errors"], "offered_per_s": round(published["per_s"], 1),
        "deliveries": d["events"], "expected": want, "lost": d["lost"], "gaps": d["gaps"], "dup": d["dup"], "ooo": d["ooo"],
        "closed": d["closed"], "unstamped": d["unstamped"], "deliveries_per_s": round(d["events_per_s"]),
        "bytes_per_event": round(d["bytes"] / n, 1), "events_per_read": round(n / max(1, d["reads"]), 2),
        "cpu_s_per_M": round((user + system) / n * 1e6, 2), "user_s_per_M": round(user / n * 1e6, 2), "sys_s_per_M": round(system / n * 1e6, 2),
        "redis_s_per_M": round(redis / n * 1e6, 2), "load_s_per_M": round(loader / n * 1e6, 2),
        "other_cpus": round(max(0.0, b1 - b0 - user - system - redis - loader - pub_cpu) / (t1 - t0), 2),
        **{f"{k}_ms": ms(lat, k) for k in ("p50", "p90", "p99", "p999", "max")},
    }


def publish(peer, args):
    """Runs 'sseload pub'; what it printed, and the CPU seconds that it took."""
    p = Proc([SSELOAD, "pub", *peer.pub_args(), "--size", SIZE, *args], peer.run / "pub.log", cpus=peer.opts.load_cpus, stdout=subprocess.PIPE, text=True)
    out = p.p.stdout.read()
    _, status, usage = os.wait4(p.pid, 0)
    p.p.returncode = os.waitstatus_to_exitcode(status)
    p.log.close()
    if not out:
        raise RuntimeError("publisher failed: " + (peer.run / "pub.log").read_text()[-300:])
    return json.loads(out), usage.ru_utime + usage.ru_stime


def warm(peer, load, fanout, secs=3, rate=10, pub=()):
    """Lets JIT compilers and buffers settle; not counted."""
    phase(peer, load, ["--rate", rate, "-d", secs, *pub], fanout)
