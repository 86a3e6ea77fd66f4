"""What is done to a server, and what is read from it. Each scenario takes a peer that is not started, and returns its figures."""
import contextlib
import re
import time

from .load import Load, ms, phase, publish, warm
from .procs import kernel_kb

SCENARIOS = {}

# Any of these but zero, in whatever phase, is a fault of the server.
FAULTS = ("lost", "gaps", "dup", "ooo", "closed", "unstamped", "pub_errors", "errors")


def faults(record):
    return {k: v for k, v in record.items() if v and k.split(".")[-1] in FAULTS}


def scenario(f):
    SCENARIOS[f.__name__.replace("_", "-")] = f
    return f


def phased(prefix, figures):
    return {f"{prefix}.{k}": v for k, v in figures.items()}


def settle():
    """Who answers before it has subscribed to Redis gets the time to."""
    time.sleep(1)


@scenario
def latency(peer):
    """Redis PUBLISH to subscriber: 100 subscribers of 1 channel, 50 messages/s of 100 bytes for 6 s, after 5 s of warm-up"""
    peer.start(1)
    with Load(peer, 100) as load:
        load.must_be_up()
        settle()
        warm(peer, load, 100, 5, 50)
        return {"conns": 100, **phase(peer, load, ["--rate", 50, "-d", 6], 100)}


@scenario
def fanout(peer):
    """5,000 subscribers of 1 channel, messages of 100 bytes: 10/s (50,000 deliveries/s) for 4 s, then 20/s (100,000/s) for 6 s, after 3 s of warm-up"""
    peer.start(1)
    n = 5000
    with Load(peer, n) as load:
        load.must_be_up()
        settle()
        before = peer.collections()
        warm(peer, load, n)
        out = {"conns": n, **phased("r10", phase(peer, load, ["--rate", 10, "-d", 4], n)), **phased("r20", phase(peer, load, ["--rate", 20, "-d", 6], n))}
        if before:
            collections, gen2, pause = (after - b for after, b in zip(peer.collections(), before))
            out.update(gc=collections, gc_gen2=gen2, gc_pause_ms=round(pause * 1000, 2))
        return out


@scenario
def fanout_max(peer):
    """5,000 subscribers of 1 channel: closed loop with 8 messages outstanding for 4 s, then rising fixed rates as long as nothing is lost and p99 < 1 s"""
    peer.start(1)
    n = 5000
    with Load(peer, n) as load:
        load.must_be_up()
        settle()
        warm(peer, load, n)
        closed = phase(peer, load, ["--shm", load.shm, "--fanout", n, "--window", 8 * n, "-d", 4], n)
        out = {"conns": n, **phased("closed", closed), "sustained_per_s": 0}
        most = closed["deliveries_per_s"] / n
        until = time.time() + 24
        for share in (0.7, 0.85, 1, 1.15, 1.3, 1.5, 1.75, 2, 2.5, 3, 4, 5):
            if closed["lost"] or time.time() > until:
                break
            rate = most * share
            d = phase(peer, load, ["--rate", f"{rate:.2f}", "-d", 2.5], n, 4)
            # A backlog must not build up: what arrives has to keep up with what is offered.
            if d["lost"] or d["p99_ms"] >= 1000 or d["offered_per_s"] < 0.95 * rate or d["deliveries_per_s"] < 0.95 * rate * n:
                break
            out.update(sustained_per_s=round(rate * n), sustained_p99_ms=d["p99_ms"])
        return out


@scenario
def many_channels(peer):
    """5,000 subscribers of 1,000 channels, 2,000 messages/s to random channels for 4 s, then closed loop with 4,000 deliveries outstanding"""
    peer.start(1000)
    n, channels = 5000, 1000
    to = ["--channels", channels, "--random", "--seed", 7]
    each = n // channels
    with Load(peer, n) as load:
        load.must_be_up()
        settle()
        warm(peer, load, each, 3, 1000, to)
        return {"conns": n, **phased("r2000", phase(peer, load, [*to, "--rate", 2000, "-d", 4], each)),
                **phased("closed", phase(peer, load, [*to, "--shm", load.shm, "--fanout", each, "--window", 4000, "-d", 4], each))}


@scenario
def idle_memory(peer):
    """10,000 idle subscribers of 1 channel: resident memory after 3 s, idle CPU over 3 s, and memory again after 5 messages"""
    peer.start(1)
    n = 10000
    settle()
    rss, redis, kernel, each = peer.server.rss_kb(), peer.redis.rss_kb(), kernel_kb(), peer.server.rss_kb_of_each()
    with Load(peer, n) as load:
        load.must_be_up()
        time.sleep(3)
        out = {"conns": n, "rss_base_kb": rss, "rss_kb_per_conn": round((peer.server.rss_kb() - rss) / n, 2),
               "redis_rss_kb_per_conn": round((peer.redis.rss_kb() - redis) / n, 2), "kernel_kb_per_conn_both_ends": round((kernel_kb() - kernel) / n, 2)}
        out.update(phased("rss_kb_per_conn", {k: round((v - each[k]) / n, 2) for k, v in peer.server.rss_kb_of_each().items()}))
        cpu, t = sum(peer.server.cpu()), time.time()
        time.sleep(3)
        out["idle_cpus"] = round((sum(peer.server.cpu()) - cpu) / (time.time() - t), 4)
        out.update(phased("msgs", phase(peer, load, ["--rate", 2, "--count", 5, "-d", 5], n)))
        time.sleep(2)
        out["rss_after_msgs_kb_per_conn"] = round((peer.server.rss_kb() - rss) / n, 2)
        return out


@scenario
def crowd(peer):
    """19,000 subscribers of 1 channel of one process, or 15,000 of each of several: resident memory, then 5 messages to all of them"""
    peer.start(1)
    each = 19000 if len(peer.ports) == 1 else 15000
    n = each * len(peer.ports)
    settle()
    rss = peer.server.rss_kb()
    with contextlib.ExitStack() as stack:
        loads = [stack.enter_context(Load(peer, each, port=port, timeout=60)) for port in peer.ports]
        for load in loads:
            load.must_be_up()
        time.sleep(3)
        out = {"conns": n, "rss_kb": peer.server.rss_kb(), "rss_kb_per_conn": round((peer.server.rss_kb() - rss) / n, 2)}
        for load in loads:
            load.cmd("begin")
        published, _ = publish(peer, ["--rate", 1, "--count", 5, "-d", 5])
        got = [load.cmd(f"expect {published['acked'] * each} 5000", 15) for load in loads]
        out.update(deliveries=sum(d["events"] for d in got), p99_ms=max(ms(d["lat_us"], "p99") for d in got))
        out.update({k: sum(d[k] for d in got) for k in ("lost", "gaps", "dup", "ooo", "closed", "unstamped")})
        out.update(rss_after_msgs_kb_per_conn=round((peer.server.rss_kb() - rss) / n, 2), subscriptions=int(peer.redis_command("PUBSUB NUMSUB ch0").rsplit(":", 1)[1]))
        return out


@scenario
def storm(peer):
    """5,000 subscribers of 1 channel as fast as they are answered, 128 at a time, after a warm-up of 2,000"""
    peer.start(1)
    settle()
    Load(peer, 2000).close()
    time.sleep(2)
    n = 5000
    cpu = peer.server.cpu()
    with Load(peer, n, retry=0) as load:
        return {"conns": n, **setup_figures(peer, load, cpu)}


@scenario
def attach(peer):
    """5,000 subscribers as fast as they are answered, 128 at a time, each the first of a channel of its own, after a warm-up of 2,000; then a message to each"""
    n = 5000
    peer.start(n)
    settle()
    Load(peer, 2000, channel="warm").close()
    time.sleep(2)
    cpu, redis = peer.server.cpu(), sum(peer.redis.cpu())
    with Load(peer, n, retry=0) as load:
        late = wait_for_channels(peer, n)
        out = {"conns": n, **setup_figures(peer, load, cpu), "redis_us_per_conn": round((sum(peer.redis.cpu()) - redis) / n * 1e6, 1)}
        out["attaches_per_s"] = round(n / (load.ready["connect_s"] + late))
        return {**out, **phased("each", phase(peer, load, ["--channels", n, "--count", n, "--rate", 2000, "-d", 10], 1))}


@scenario
def recovery(peer):
    """10,000 subscribers of 1 channel, then of 100, are all cut, miss 20 messages a channel, and come back at once, 512 at a time, with their last event ids; the second time counts"""
    peer.must_resume()
    peer.start(100)
    n, out = 10000, {}
    for prefix, channels in (("one", 1), ("many", 100)):
        with Load(peer, n, channels=channels, inflight=512) as load:
            load.must_be_up()
            settle()
            out.update(phased(f"{prefix}.first", come_back(peer, load, channels)))
            out.update(phased(prefix, come_back(peer, load, channels)))
            out.update(phased(f"{prefix}.live", phase(peer, load, ["--channels", channels, "--count", channels, "--rate", 1000], n // channels)))
    return {"conns": n, **out}


@scenario
def smoke(peer):
    """200 subscribers of 4 channels, 100 messages/s for 2 s, then all are cut and come back for 20 messages a channel: only to see that nothing is lost; its figures mean nothing"""
    peer.start(4)
    with Load(peer, 200) as load:
        load.must_be_up()
        settle()
        out = {"conns": 200, **phase(peer, load, ["--channels", 4, "--rate", 100, "-d", 2], 50)}
        return {**out, **phased("back", come_back(peer, load, 4))}


MISSED = 20


def come_back(peer, load, channels):
    """Cuts all, publishes what they miss, and lets them all come back at once; an event that nobody missed comes first, so that each has an id."""
    to = ["--channels", channels, "--rate", max(100, 10 * channels), "-d", 20]
    phase(peer, load, [*to, "--count", channels], load.n // channels)
    load.cut()
    settle()
    load.cmd("begin")
    published, _ = publish(peer, [*to, "--count", MISSED * channels])
    settle()
    c0, r0 = peer.server.cpu(), sum(peer.redis.cpu())
    d = load.resume(MISSED, 25)
    c1, r1 = peer.server.cpu(), sum(peer.redis.cpu())
    user, system = c1[0] - c0[0], c1[1] - c0[1]
    caught_up = d["caught_up_us"]
    return {
        "all_caught_up_s": round(d["since_connect_s"], 3), **{f"caught_up_{k}_ms": ms(caught_up, k) for k in ("p50", "p99", "max")},
        "caught_up": caught_up["n"], "deliveries": d["events"], "pub_errors": published["errors"],
        "errors": load.n - d["ready"], **{k: d[k] for k in ("lost", "gaps", "dup", "ooo", "closed", "unstamped")},
        "cpu_us_per_conn": round((user + system) / load.n * 1e6, 1), "user_us_per_conn": round(user / load.n * 1e6, 1),
        "sys_us_per_conn": round(system / load.n * 1e6, 1), "redis_us_per_conn": round((r1 - r0) / load.n * 1e6, 1),
    }


def setup_figures(peer, load, cpu_before):
    r, cpu = load.ready, peer.server.cpu()
    user, system = cpu[0] - cpu_before[0], cpu[1] - cpu_before[1]
    n = max(1, r["ready"])
    return {"ready": r["ready"], "errors": load.n - r["ready"], "connects_per_s": r["connects_per_s"],
            **{f"first_byte_{k}_ms": ms(r["ttfb_us"], k) for k in ("p50", "p99", "max")},
            "cpu_us_per_conn": round((user + system) / n * 1e6, 1), "user_us_per_conn": round(user / n * 1e6, 1), "sys_us_per_conn": round(system / n * 1e6, 1)}


def channels_in_redis(peer):
    """How many of the channels that are counted somebody is subscribed to; nchan adds its own text around their names."""
    return int(re.match(r"\*(\d+)\r\n", peer.redis_command("PUBSUB CHANNELS *ch[0-9]*")).group(1))


def wait_for_channels(peer, count):
    """Seconds until Redis knows of that many: a server may answer its subscribers before it has subscribed."""
    start = time.time()
    while (known := channels_in_redis(peer)) < count:
        if time.time() - start > 15:
            raise RuntimeError(f"Redis knows of {known} channels; {count} are expected")
        time.sleep(0.01)
    return time.time() - start
