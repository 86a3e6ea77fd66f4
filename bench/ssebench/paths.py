"""Where things are."""
import os
import pathlib
import tempfile

BENCH = pathlib.Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
BUILD = ROOT / "artifacts" / "bench"
SSELOAD = BUILD / "sseload"

# Not below ROOT: nginx' workers run as another user, who may not be able to reach it.
SCRATCH = pathlib.Path(os.environ.get("SSEBENCH_TMP") or pathlib.Path(tempfile.gettempdir()) / f"ssebench-{os.getuid()}")


def program(build, project):
    """The built program; build is normal, single-node, or auto: the first of the two that is there."""
    found = [ROOT / "artifacts" / b / "bin" / project / "release" / f"SseFabric.{project}.dll" for b in ("normal", "single-node") if build in ("auto", b)]
    return next((p for p in found if p.exists()), found[0])
