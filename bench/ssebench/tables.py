"""Medians of runs as Markdown tables."""
import statistics

from .scenarios import SCENARIOS

TABLES = {
    "latency": {"p50 ms": "p50_ms", "p90 ms": "p90_ms", "p99 ms": "p99_ms", "p99.9 ms": "p999_ms", "max ms": "max_ms", "lost": "lost"},
    "fanout": {
        "50k/s: CPU-s/M": "r10.cpu_s_per_M", "user": "r10.user_s_per_M", "system": "r10.sys_s_per_M", "p50 ms": "r10.p50_ms", "p99 ms": "r10.p99_ms",
        "100k/s: CPU-s/M": "r20.cpu_s_per_M", " user": "r20.user_s_per_M", " system": "r20.sys_s_per_M", "Redis": "r20.redis_s_per_M",
        "arrived/s": "r20.deliveries_per_s", " p50 ms": "r20.p50_ms", " p99 ms": "r20.p99_ms", "lost": "r20.lost", "bytes/event": "r20.bytes_per_event",
        "collections": "gc", "of generation 2": "gc_gen2", "their pauses ms": "gc_pause_ms",
    },
    "fanout-max": {
        "closed loop: deliveries/s": "closed.deliveries_per_s", "CPU-s/M": "closed.cpu_s_per_M", "p99 ms": "closed.p99_ms", "events/read": "closed.events_per_read",
        "lost": "closed.lost", "sustained/s": "sustained_per_s", "its p99 ms": "sustained_p99_ms",
    },
    "many-channels": {
        "10k/s: CPU-s/M": "r2000.cpu_s_per_M", "user": "r2000.user_s_per_M", "system": "r2000.sys_s_per_M", "Redis": "r2000.redis_s_per_M", "p50 ms": "r2000.p50_ms",
        "p99 ms": "r2000.p99_ms", "lost": "r2000.lost", "closed loop: deliveries/s": "closed.deliveries_per_s", " CPU-s/M": "closed.cpu_s_per_M", " p99 ms": "closed.p99_ms",
        " lost": "closed.lost",
    },
    "idle-memory": {
        "RSS at start KiB": "rss_base_kb", "RSS KiB/subscriber": "rss_kb_per_conn", "after 5 messages": "rss_after_msgs_kb_per_conn", "Redis": "redis_rss_kb_per_conn",
        "kernel, both ends": "kernel_kb_per_conn_both_ends", "idle CPUs": "idle_cpus", "lost": "msgs.lost",
    },
    "crowd": {
        "subscribers": "conns", "RSS of all processes KiB": "rss_kb", "KiB/subscriber": "rss_kb_per_conn", "after 5 messages": "rss_after_msgs_kb_per_conn", "p99 ms": "p99_ms",
        "deliveries": "deliveries", "lost": "lost", "subscriptions in Redis": "subscriptions",
    },
    "storm": {
        "connects/s": "connects_per_s", "first byte p50 ms": "first_byte_p50_ms", "p99 ms": "first_byte_p99_ms", "max ms": "first_byte_max_ms", "CPU µs/connect": "cpu_us_per_conn",
        "user": "user_us_per_conn", "system": "sys_us_per_conn", "errors": "errors",
    },
    "attach": {
        "attaches/s": "attaches_per_s", "first byte p50 ms": "first_byte_p50_ms", "p99 ms": "first_byte_p99_ms", "CPU µs/attach": "cpu_us_per_conn", "user": "user_us_per_conn",
        "system": "sys_us_per_conn", "Redis": "redis_us_per_conn", "errors": "errors", "lost": "each.lost",
    },
    "recovery": {
        "1 channel: all caught up s": "one.all_caught_up_s", "each p50 ms": "one.caught_up_p50_ms", "p99 ms": "one.caught_up_p99_ms", "max ms": "one.caught_up_max_ms",
        "CPU µs/subscriber": "one.cpu_us_per_conn", "user": "one.user_us_per_conn", "system": "one.sys_us_per_conn", "Redis": "one.redis_us_per_conn", "lost": "one.lost",
        "repeated": "one.dup", "100 channels: all caught up s": "many.all_caught_up_s", " each p50 ms": "many.caught_up_p50_ms", " p99 ms": "many.caught_up_p99_ms",
        " max ms": "many.caught_up_max_ms", " CPU µs/subscriber": "many.cpu_us_per_conn", " user": "many.user_us_per_conn", " system": "many.sys_us_per_conn",
        " Redis": "many.redis_us_per_conn", " lost": "many.lost", " repeated": "many.dup",
    },
    "smoke": {
        "p50 ms": "p50_ms", "deliveries": "deliveries", "lost": "lost", "repeated": "dup", "out of order": "ooo", "caught up": "back.caught_up", " lost": "back.lost",
        " repeated": "back.dup",
    },
}


def good(records, scenario, peer=None):
    return [r for r in records if r["scenario"] == scenario and peer in (None, r["peer"]) and "error" not in r and "skipped" not in r]


def median(records, key):
    v = [r[key] for r in records if isinstance(r.get(key), (int, float))]
    return statistics.median(v) if v else None


def number(v):
    """Three significant digits, as far as they stand behind the point."""
    if v is None:
        return "-"
    if v == 0 or abs(v) >= 100:
        return f"{v:,.0f}"
    return f"{v:,.1f}" if abs(v) >= 10 else f"{v:,.2f}"


def table(records, scenario, peers=None):
    """The table of one scenario, or an empty string if it was not run."""
    of_scenario = [r for r in records if r["scenario"] == scenario]
    if not of_scenario:
        return ""
    columns = TABLES[scenario]
    lines = ["| server | runs | " + " | ".join(c.strip() for c in columns) + " |", "|---|---:|" + "---:|" * len(columns)]
    ran = dict.fromkeys(r["peer"] for r in of_scenario)
    for peer in [p for p in peers or [] if p in ran] + [p for p in ran if p not in (peers or [])]:
        runs = good(records, scenario, peer)
        if runs:
            cells = [number(median(runs, key)) for key in columns.values()]
        else:
            last = [r for r in of_scenario if r["peer"] == peer][-1]
            cells = [last.get("skipped") or last["error"].splitlines()[0].replace("|", "/")] + [""] * (len(columns) - 1)
        lines.append(f"| {peer} | {len(runs)} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def tables(records, peers=None):
    return "\n".join(f"### {s}\n\n{SCENARIOS[s].__doc__}.\n\n{t}" for s in TABLES if (t := table(records, s, peers)))
