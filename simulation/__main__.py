"""`python -m simulation`: acts out stories, from seeds or from files, and says what did not hold in them. Such a story
is shrunk, and left in build/simulation/ with its event log.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from simulation.faults import FAULTS
from simulation.run import Outcome, run, story
from simulation.script import Script, read
from simulation.shrink import Shrinking

HERE = Path(__file__).resolve().parent
FOUND = HERE / "found"
LEFT = HERE.parent / "build" / "simulation"


def main() -> int:
    """Returns the exit code: 1 where something did not hold."""
    wanted = _arguments()
    with FAULTS[wanted.fault]() if wanted.fault else contextlib.nullcontext():
        return 0 if all(_told(name, script, wanted) for name, script in _stories(wanted)) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first seed; default: one that nobody had before")
    parser.add_argument("--days", type=int, default=3, help="days of each story")
    parser.add_argument("--people", type=int, default=1, help="people whom one daemon serves")
    parser.add_argument("--minutes", type=float, help="of processor time: one story after the other")
    parser.add_argument("--script", type=Path, action="append", default=[], help="a story from a file")
    parser.add_argument("--found", action="store_true", help="all stories that once found something come first")
    parser.add_argument("--log", type=Path, help="where to write the event log of the last story")
    parser.add_argument("--shrink", type=float, default=300.0, help="seconds of processor time for shrinking")
    parser.add_argument("--fault", choices=sorted(FAULTS), help="with this fault in the program: is it found?")
    return parser.parse_args()


def _stories(wanted: argparse.Namespace) -> Iterator[tuple[str, Script]]:
    begun = time.process_time()
    paths = [*wanted.script, *(sorted(FOUND.glob("*.txt")) if wanted.found else [])]
    for path in paths:
        yield path.name, read(path.read_text(encoding="utf-8"))
    if paths and wanted.seed is None and wanted.minutes is None:
        return
    seed = wanted.seed if wanted.seed is not None else int(time.time()) % 1_000_000 * 1000
    while True:
        yield f"seed {seed}", story(seed, wanted.days, wanted.people)
        seed += 1
        if wanted.minutes is None or time.process_time() - begun >= 60 * wanted.minutes:
            return


def _told(name: str, script: Script, wanted: argparse.Namespace) -> bool:
    begun = time.process_time()
    outcome = run(script)
    if wanted.log is not None:
        _write(wanted.log, outcome.log)
    spent = time.process_time() - begun
    print(
        f"{name}: {script.days} days of {script.people}, {len(outcome.log)} lines, log {outcome.digest}, "
        f"{spent:.1f} s of processor time",
        flush=True,
    )
    if not outcome.violations:
        return True
    _tell(outcome)
    shrinking = Shrinking(script, outcome, run, seconds=wanted.shrink)
    short = shrinking.shrunk()
    LEFT.mkdir(parents=True, exist_ok=True)
    path = LEFT / f"{outcome.violations[0].check}-{script.seed}.txt"
    why = [f"# {one}" for one in shrinking.outcome.violations[:3]]
    _write(path, [*why, str(short).rstrip()])
    _write(path.with_suffix(".log"), shrinking.outcome.log)
    print(f"Its story, in {path}:\n\n{short}", flush=True)
    return False


def _write(path: Path, lines: object) -> None:
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _tell(outcome: Outcome) -> None:
    for one in outcome.violations[:5]:
        print(f"  does not hold: {one}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
