"""The command line; bench/run.sh is the usual way in."""
import argparse
import json
import os
import pathlib
import sys
import time

from . import machine, page, peer, tables
from .paths import BUILD, SSELOAD, program
from .procs import adopt_orphans
from .scenarios import SCENARIOS, faults

PEERS = "ssefabric,ssefabric-store-redis,ssefabric-cluster,nchan-redis,floor-send,floor-coalesce,dotnet-manual"
MAIN = "latency,fanout,idle-memory,storm,attach,recovery"

# As automake's tests have it: not done, for lack of something.
SKIPPED = 77


def run_one(name, scenario, opts):
    p = peer.Peer(name, opts)
    record = {"peer": name, "scenario": scenario, "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "load1": os.getloadavg()[0]}
    start = time.time()
    try:
        record.update(SCENARIOS[scenario](p))
    except peer.Skip as e:
        record["skipped"] = f"skipped: {e}"
    except Exception as e:  # a broken server must not stop the others
        record["error"] = f"{type(e).__name__}: {e}"
    finally:
        keep = opts.keep or (opts.keep_failed and ("error" in record or bool(faults(record))))
        p.stop(keep)
        if keep:
            print(f"logs in {p.run}", file=sys.stderr)
    return {**record, "wall_s": round(time.time() - start, 1)}


def told(record):
    bad = faults(record)
    return record.get("error") or record.get("skipped") or (f"WRONG OUTPUT {bad}" if bad else f"{record['wall_s']} s")


def run_all(opts):
    names, scenarios, records = opts.peers.split(","), opts.scenarios.split(","), []
    for p in names:
        peer.spec(p)
    for s in scenarios:
        if s not in SCENARIOS:
            raise SystemExit(f"no scenario '{s}'; there are {', '.join(SCENARIOS)}")
    facts = machine.facts(build_name(opts))
    opts.out.parent.mkdir(parents=True, exist_ok=True)
    with open(opts.out, "w") as f:
        f.write(json.dumps({"facts": facts}) + "\n")
        for r in range(opts.rounds):
            for s in scenarios:
                for p in (n for n in names if s in peer.spec(n).get("scenarios", SCENARIOS)):
                    record = {**run_one(p, s, opts), "round": r}
                    records.append(record)
                    f.write(json.dumps(record) + "\n")
                    f.flush()
                    print(f"round {r + 1}  {s:14} {p:21} {told(record)}", file=sys.stderr, flush=True)
    return facts, records, names


def build_name(opts):
    return "single-node" if "single-node" in program(opts.build, "Frontend").parts else "normal"


def finish(facts, records, names, opts):
    """Prints the tables, writes the page, and tells whether SseFabric's output was right."""
    print(tables.tables(records, names))
    if opts.page:
        opts.page.parent.mkdir(parents=True, exist_ok=True)
        opts.page.write_text(page.page(facts, records, names))
        print(f"Written: {opts.page}", file=sys.stderr)
    bad = page.faulty(records)
    for line in bad:
        print(f"FAILED {line}", file=sys.stderr)
    if bad:
        return 1
    return SKIPPED if all("skipped" in r for r in records) else 0


def arguments():
    ap = argparse.ArgumentParser(prog="ssebench", description=__doc__)
    sub = ap.add_subparsers(dest="command", required=True)
    sub.add_parser("list", help="the servers and the scenarios")
    one = sub.add_parser("one", help="one run; one line of JSON")
    one.add_argument("peer")
    one.add_argument("scenario", choices=sorted(SCENARIOS))
    every = sub.add_parser("all", help="every scenario with every server, in rounds; tables, and a page")
    every.add_argument("--peers", default=PEERS, help="comma-separated (default: %(default)s)")
    every.add_argument("--scenarios", default=MAIN, help="comma-separated (default: %(default)s)")
    every.add_argument("--rounds", type=int, default=3)
    every.add_argument("--out", type=pathlib.Path, default=BUILD / "results.jsonl", help="one line of JSON about the machine, then one for each run (default: %(default)s)")
    for p in (one, every):
        p.add_argument("--build", choices=("auto", "normal", "single-node"), default="auto", help="which build of SseFabric (default: the normal one if it is there)")
        p.add_argument("--server-cpus", type=cpus, help="pin the server to these CPUs, e.g. 0")
        p.add_argument("--load-cpus", type=cpus, help="pin subscribers, publisher and Redis")
        p.add_argument("--keep", action="store_true", help="keep the scratch folders with the logs")
        p.add_argument("--keep-failed", action="store_true", help="keep those of runs that failed")
    again = sub.add_parser("report", help="the tables and the page of a run made before")
    again.add_argument("file", type=pathlib.Path, help="what --out wrote")
    for p in (every, again):
        p.add_argument("--page", type=pathlib.Path, help="write the page there")
    return ap.parse_args()


def cpus(text):
    return {int(x) for x in text.split(",")}


def main():
    opts = arguments()
    if opts.command == "list":
        for name in peer.names():
            print(f"{name:21} {peer.spec(name)['about']}")
        print()
        for name, f in SCENARIOS.items():
            print(f"{name:21} {f.__doc__}")
        return 0
    if opts.command == "report":
        facts, *records = [json.loads(line) for line in opts.file.read_text().splitlines()]
        return finish(facts["facts"], records, list(dict.fromkeys(r["peer"] for r in records)), opts)
    if not SSELOAD.exists():
        raise SystemExit(f"{SSELOAD} is missing; bench/run.sh builds it")
    adopt_orphans()
    if opts.command == "one":
        record = run_one(opts.peer, opts.scenario, opts)
        print(json.dumps(record))
        return SKIPPED if "skipped" in record else int("error" in record)
    return finish(*run_all(opts), opts)


if __name__ == "__main__":
    sys.exit(main())
