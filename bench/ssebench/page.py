"""Writes docs/performance.md."""
import statistics

from .peer import spec
from .scenarios import faults
from .tables import good, median, number, tables

HEAD = """# Performance

Written by `bench/run.sh`; don't edit. How to run it and what each scenario does: [bench/README.md](../bench/README.md).
Absolute figures hold for this machine and hour only: compare the servers of one run with each other.
"""

METHOD = """## Method

- Everything runs on this one machine, over loopback: the server, its own Redis, the subscribers and the publisher. They share the cores, so that latency at a high rate is
  mostly waiting for a core.
- Rounds: {rounds} at most; "runs" in the tables says how often, and figures of fewer runs come from an hour of their own. In a round, every scenario is done to every server in turn, so that a noisy minute hits all of them alike. The tables show medians.
- Every message carries the time and its number. At a fixed rate that is the time at which it was *due*, so that a publisher or server that falls behind shows as latency.
- Every delivery is checked: lost, repeated and out of order are counted. A run of SseFabric with any of these makes the whole run fail.
- CPU is user and system time of all processes of the server (across the cluster: silo and frontend together), from before the first publish to the last delivery, for a million
  deliveries. Over loopback the kernel does the receiver's input processing in the sender's time. Redis' own CPU has a column of its own.
- Connects and attaches are counted from the first connect to the last response header. A server that answers before Redis has confirmed its subscriptions is counted until
  Redis has all of them.
- Resident memory is the growth of the server's processes from just started to 3 s after the last subscriber came up.
- What the rest of the machine burned meanwhile, as a share of one core: median {other}, at most {other_max}.
"""


def issue_figures(records):
    """The figures that the project promises to print, beside nchan's."""
    peers = ["ssefabric", "ssefabric-cluster", "nchan-redis"]
    rows = [
        ("PUBLISH to subscriber, 100 subscribers, 50 messages/s: p50, ms", "latency", "p50_ms"), ("… p99, ms", "latency", "p99_ms"),
        ("5,000 subscribers, 20 messages/s: CPU-s per million deliveries, user", "fanout", "r20.user_s_per_M"), ("… system", "fanout", "r20.sys_s_per_M"),
        ("… p99, ms", "fanout", "r20.p99_ms"), ("Resident memory per idle subscriber, at 10,000: KiB", "idle-memory", "rss_kb_per_conn"),
        ("Connects per second, to the first byte", "storm", "connects_per_s"), ("Channels first used per second, one subscriber each", "attach", "attaches_per_s"),
        ("10,000 subscribers of one channel back at once, 20 messages missed: s until all are caught up", "recovery", "one.all_caught_up_s"),
        ("… of 100 channels", "recovery", "many.all_caught_up_s"),
    ]
    lines = ["| | one process | across the cluster | nginx with nchan |", "|---|---:|---:|---:|"]
    lines += [f"| {name} | " + " | ".join(number(median(good(records, s, p), key)) for p in peers) + " |" for name, s, key in rows]
    return "\n".join(lines) + "\n"


def faulty(records):
    """One line for each run of SseFabric that failed or whose output was wrong."""
    return [f"{r['peer']}, {r['scenario']}: {r.get('error') or faults(r)}" for r in records
            if r["peer"].startswith("ssefabric") and "skipped" not in r and ("error" in r or faults(r))]


# Of one core. Above it the rest of the machine has been measured too.
QUIET = 0.1


def page(facts, records, peers):
    other = [v for r in records for k, v in r.items() if k.split(".")[-1] == "other_cpus"]
    usual = statistics.median(other) if other else 0
    method = METHOD.format(rounds=max(r["round"] for r in records) + 1, other=f"{usual:.0%}", other_max=f"{max(other, default=0):.0%}")
    machine = "\n".join(f"| {k} | {v} |" for k, v in facts.items())
    servers = "\n".join(f"- `{p}`: {spec(p)['about']}." for p in peers)
    bad = faulty(records)
    warning = "\n**Not valid**: runs of SseFabric failed.\n\n" + "\n".join(f"- {b}" for b in bad) + "\n" if bad else ""
    if usual > QUIET:
        warning += f"\n**Not a quiet machine**: other programs used {usual:.0%} of a core meanwhile. The figures show that the bench works, and little else.\n"
    return f"{HEAD}{warning}\n## In short\n\n{issue_figures(records)}\n## Machine\n\n| | |\n|---|---|\n{machine}\n\n{method}\n## Servers\n\n{servers}\n\n## All figures\n\n{tables(records, peers)}"
