"""Processes, and what /proc knows of them."""
import ctypes
import os
import signal
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")
LIBC = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

# Ours would change what is measured.
FOREIGN_ENV = ("Fabric__", "ASPNETCORE_", "Kestrel__", "Logging__")


def adopt_orphans():
    """A daemonised grandchild comes to us, not to init."""
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1)


def stat(pid):
    """(ppid, session, utime s, stime s, state) or None"""
    try:
        with open(f"/proc/{pid}/stat") as f:
            s = f.read()
    except OSError:
        return None
    f = s[s.rindex(")") + 2:].split()
    return int(f[1]), int(f[3]), int(f[11]) / TICK, int(f[12]) / TICK, f[0]


def tree(root):
    """root and every descendant; a daemonised one is still found by its session."""
    procs = {int(d): s for d in os.listdir("/proc") if d.isdigit() and (s := stat(int(d))) and s[4] != "Z"}
    want = {root} & procs.keys()
    grew = True
    while grew:
        new = {p for p, s in procs.items() if p not in want and (s[0] in want or s[1] == root)}
        grew = bool(new)
        want |= new
    return {p: procs[p] for p in want}


def rss_kb(pid):
    try:
        with open(f"/proc/{pid}/smaps_rollup") as f:
            return next((int(line.split()[1]) for line in f if line.startswith("Rss:")), 0)
    except OSError:
        return 0


def kernel_kb():
    """slab plus TCP buffers of the whole machine"""
    with open("/proc/meminfo") as f:
        slab = next(int(line.split()[1]) for line in f if line.startswith("Slab:"))
    with open("/proc/net/sockstat") as f:
        tcp = next(int(line.split()[line.split().index("mem") + 1]) for line in f if line.startswith("TCP:"))
    return slab + tcp * (os.sysconf("SC_PAGE_SIZE") // 1024)


def machine_busy():
    """CPU seconds that the whole machine has spent so far"""
    with open("/proc/stat") as f:
        t = [int(x) / TICK for x in f.readline().split()[1:]]
    return sum(t[:3]) + sum(t[5:8])


class Proc:
    """A child in its own session, so that it can be ended as a group by the id we were given."""

    def __init__(self, cmd, logfile, env=None, cpus=None, **kw):
        def before_exec():
            os.setsid()
            LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if cpus:
                os.sched_setaffinity(0, cpus)
        self.log = open(logfile, "ab")
        e = {k: v for k, v in os.environ.items() if not k.startswith(FOREIGN_ENV)}
        e.update(env or {})
        kw.setdefault("stdin", subprocess.DEVNULL)
        kw.setdefault("stdout", self.log)
        self.p = subprocess.Popen([str(c) for c in cmd], stderr=self.log, env=e, preexec_fn=before_exec, **kw)
        self.pid = self.p.pid

    def cpu(self):
        """(user s, system s) of the whole tree"""
        t = tree(self.pid).values()
        return sum(s[2] for s in t), sum(s[3] for s in t)

    def rss_kb(self):
        return sum(rss_kb(p) for p in tree(self.pid))

    def ended(self):
        return self.p.poll() is not None

    def stop(self):
        pids = list(tree(self.pid))
        for sig in (signal.SIGTERM, signal.SIGKILL):
            for p in pids:
                try:
                    os.kill(p, sig)
                except ProcessLookupError:
                    pass
            end = time.time() + 3
            while time.time() < end and self._alive(pids):
                time.sleep(0.02)
            if not self._alive(pids):
                break
        self.p.wait()
        self.log.close()

    def _alive(self, pids):
        self.p.poll()
        return any((s := stat(p)) and s[4] != "Z" for p in pids)


class Group:
    """The processes of one server, counted together."""

    def __init__(self):
        self.procs = []
        self.names = []

    def cpu(self):
        t = [p.cpu() for p in self.procs]
        return sum(x[0] for x in t), sum(x[1] for x in t)

    def rss_kb(self):
        return sum(p.rss_kb() for p in self.procs)

    def rss_kb_of_each(self):
        return {name: p.rss_kb() for name, p in zip(self.names, self.procs)}

    def ended(self):
        return any(p.ended() for p in self.procs)
