"""Looks for bytes that break the reading path, guided by coverage (atheris). `make fuzz` runs it for a minute; what it
finds is left in build/fuzz/, fails the run, and belongs into tests/data/fuzzed/ once it is mended.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOUND = HERE.parent / "build" / "fuzz"
SEEDS = (HERE / "corpus", HERE.parent / "tests" / "data" / "hostile", HERE.parent / "tests" / "data" / "fuzzed")


def main() -> int:
    """Fuzz for so many seconds. Does not return: the fuzzer ends the process, with 0 where nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60)
    wanted = parser.parse_args()
    try:
        import atheris
    except ImportError:
        print("atheris is not to be had for this Python or system: nothing was fuzzed", file=sys.stderr)
        return 0
    sys.path.insert(0, str(HERE.parent))
    with atheris.instrument_imports(include=["termintreu", "termintreu_connectors"], enable_loader_override=False):
        from fuzz.target import take
    FOUND.mkdir(parents=True, exist_ok=True)
    grown = FOUND / "corpus"
    shutil.rmtree(grown, ignore_errors=True)
    grown.mkdir()
    options = [
        f"-max_total_time={wanted.seconds}",
        f"-artifact_prefix={FOUND}/",
        f"-dict={HERE / 'tokens.dict'}",
        "-max_len=8192",
        "-timeout=30",
        "-rss_limit_mb=1024",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(grown), *(str(folder) for folder in SEEDS if folder.is_dir())], take)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
