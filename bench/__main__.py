"""`python -m bench`: measures everything, prints tables and goals, and with `--record` writes them into
docs/performance.md."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from bench import table
from bench.light import measure_light
from bench.measuring import Results, measure_dav, measure_feed, say
from bench.programs import ROOT

BUILD = ROOT / "build" / "bench"
PAGE = ROOT / "docs" / "performance.md"
_BEGIN, _END = "<!-- results: `make bench RECORD=1` writes what follows -->", "<!-- end of results -->"


def main() -> int:
    """See the arguments' help."""
    parser = argparse.ArgumentParser(prog="bench", description="Measures the program and its peers.")
    parser.add_argument("--quick", action="store_true", help="1,000 events only")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of events (default: 1,000 and 10,000)")
    parser.add_argument("--places", nargs="*", default=["radicale", "xandikos", "feed"], help="what to measure against")
    parser.add_argument("--record", action="store_true", help="write the results into docs/performance.md")
    parser.add_argument("--no-light", action="store_true", help="leave out the short commands and the idle daemon")
    parser.add_argument("--no-day", action="store_true", help="leave out the day of polls")
    given = parser.parse_args()
    sizes = given.sizes or ([1_000] if given.quick else [1_000, 10_000])
    began = time.monotonic()
    results = Results()
    if not given.no_light:
        say("short commands, and an idle daemon")
        folder = Path(tempfile.mkdtemp(prefix="termintreu-bench-"))
        try:
            results.light = measure_light(folder, BUILD / "filled")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    for size in sizes:
        for place in given.places:
            say(f"{place}, {size} events")
            folder = Path(tempfile.mkdtemp(prefix="termintreu-bench-"))
            try:
                last = size == sizes[-1] and not given.no_day
                if place == "feed":
                    measure_feed(results, size, peers=BUILD / "peers", folder=folder, day=last)
                else:
                    day = place == "xandikos" and not last and not given.no_day
                    measure_dav(
                        results, place, size, peers=BUILD / "peers", folder=folder, kept=BUILD / "filled", day=day
                    )
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            _keep(_page(results, sizes[-1], time.monotonic() - began))
    text = _page(results, sizes[-1], time.monotonic() - began)
    print(text)
    if given.record:
        _record(text)
    return 0


def _page(results: Results, size: int, took: float) -> str:
    return "\n\n".join(
        (
            f"Measured on {table.machine()} CPU: medians, user and system; all of it took {took / 60:.0f} minutes.",
            "### Goals",
            table.shown(table.goals(results, size)),
            table.tables(results),
            "### Where our CPU goes",
            table.stages(results),
        )
    )


def _keep(text: str) -> None:
    """What has been measured so far: a run that is interrupted was not for nothing."""
    BUILD.mkdir(parents=True, exist_ok=True)
    (BUILD / "results.md").write_text(text + "\n", encoding="utf-8")


def _record(text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    PAGE.write_text(f"{before}{_BEGIN}\n\n{text}\n\n{_END}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
