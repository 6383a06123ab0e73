"""`python -m simulation`: stories from seeds, or from a file; what does not hold is shrunk to a short story."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from pathlib import Path

from simulation.faults import FAULTS
from simulation.run import Outcome, run, story
from simulation.script import Script, read
from simulation.shrink import shrunk

HERE = Path(__file__).resolve().parent
LEFT = HERE.parent / "build" / "simulation"


def main() -> int:
    """Returns the exit code: 1 where something did not hold."""
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first seed; default: one that nobody had before")
    parser.add_argument("--days", type=int, default=3, help="days of each story")
    parser.add_argument("--people", type=int, default=1, help="people whom one daemon serves")
    parser.add_argument("--minutes", type=float, help="so many minutes of processor time, a story for each seed")
    parser.add_argument("--script", type=Path, action="append", default=[], help="a story from a file")
    parser.add_argument("--log", type=Path, help="where to write the event log of the last story")
    parser.add_argument("--shrink", type=float, default=5.0, help="minutes of processor time for shrinking")
    parser.add_argument("--fault", choices=sorted(FAULTS), help="with this fault in the program: is it found?")
    wanted = parser.parse_args()
    with FAULTS[wanted.fault]() if wanted.fault else contextlib.nullcontext():
        return _all_told(wanted)


def _all_told(wanted: argparse.Namespace) -> int:
    for path in wanted.script:
        if not _told(path.name, read(path.read_text(encoding="utf-8")), wanted):
            return 1
    if wanted.script and wanted.seed is None and wanted.minutes is None:
        return 0
    seed = wanted.seed if wanted.seed is not None else int(time.time()) % 1_000_000 * 1000
    begun = time.process_time()
    while True:
        if not _told(f"seed {seed}", story(seed, wanted.days, wanted.people), wanted):
            return 1
        seed += 1
        if wanted.minutes is None or time.process_time() - begun >= wanted.minutes * 60:
            return 0


def _told(name: str, script: Script, wanted: argparse.Namespace) -> bool:
    begun = time.process_time()
    outcome = run(script)
    if wanted.log is not None:
        wanted.log.write_text("\n".join([*outcome.log, ""]), encoding="utf-8")
    spent = time.process_time() - begun
    print(f"{name}: {script.days} days, {len(outcome.log)} lines, log {outcome.digest}, {spent:.1f} s of processor time")
    if not outcome.violations:
        return True
    _tell(outcome)
    short, last = shrunk(script, outcome, seconds=wanted.shrink * 60)
    LEFT.mkdir(parents=True, exist_ok=True)
    path = LEFT / f"{last.violations[0].check}-{script.seed}.txt"
    why = "\n".join(f"# {one}" for one in last.violations[:3])
    path.write_text(f"{why}\n{short}", encoding="utf-8")
    path.with_suffix(".log").write_text("\n".join([*last.log, ""]), encoding="utf-8")
    print(f"\nIts story, in {path}:\n\n{short}")
    _tell(last)
    return False


def _tell(outcome: Outcome) -> None:
    for one in outcome.violations[:5]:
        print(f"  does not hold: {one}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
