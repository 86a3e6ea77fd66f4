"""What was measured, and on what."""
import os
import platform
import re
import subprocess
import time

from .paths import ROOT


def output(*cmd):
    try:
        r = subprocess.run(cmd, capture_output=True, text=True, cwd=ROOT, timeout=30)
        return (r.stdout + r.stderr).strip()
    except OSError:
        return ""


def found(pattern, text):
    m = re.search(pattern, text, re.M)
    return m.group(1).strip() if m else None


def read(path):
    with open(path) as f:
        return f.read()


def facts(build):
    """Names and values, nothing that names the machine itself. build: which build of SseFabric is measured."""
    memory = int(found(r"^MemTotal:\s+(\d+)", read("/proc/meminfo"))) / 1024 / 1024
    nchan = output("dpkg-query", "-W", "-f", "${Version}", "libnginx-mod-nchan")
    commit = output("git", "rev-parse", "--short=12", "HEAD") or "unknown"
    if output("git", "status", "--porcelain", "--", "src", "Directory.Build.props", "Directory.Packages.props"):
        commit += ", with changes that are not committed"
    rows = {
        "Date": time.strftime("%Y-%m-%d", time.gmtime()),
        "Commit": commit,
        "Build": build,
        "Processor": f"{len(os.sched_getaffinity(0))} cores, {found(r'^model name.*: (.*)', read('/proc/cpuinfo')) or platform.machine()}",
        "Memory": f"{memory:.0f} GiB",
        "Kernel": f"{platform.system()} {'.'.join(re.findall(r'[0-9]+', platform.release())[:2])}",
        "System": found(r'^PRETTY_NAME="(.*)"', read("/etc/os-release")),
        ".NET": f"SDK {output('dotnet', '--version')}, runtime {found(r'^Microsoft.NETCore.App (10[^ ]*)', output('dotnet', '--list-runtimes'))}",
        "Redis": found(r"v=(\S+)", output("redis-server", "--version")),
        "nginx, nchan": f"{found(r'nginx/(.*)', output('nginx', '-v'))}, {found(r'^(?:1:)?([0-9.]+)', nchan) or 'not installed'}",
        "C compiler": found(r"^(.*)$", output("cc", "--version")),
    }
    return {k: v for k, v in rows.items() if v}
