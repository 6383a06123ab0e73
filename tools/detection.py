"""How well calls are recognised: `python -m tools.detection`, which `make detection` does.

The entries of tests/data/calls were written by four hands, each thinking of other trades and countries, labelled before
the program saw them, and looked over by a second reader. A fixed hash of an entry's id puts it into one of two parts:
one to build on ("known"), and one that is only measured ("measured"). The gap between the two is the honest figure: it
says how far what was built for known entries holds for others. Files that are built on (BUILT_ON) are known as a whole.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from termintreu.config import MeConfig
from termintreu.model import Call, Occurrence, Person
from termintreu.recognition.calls import appointments, recognise
from termintreu.recognition.contacts.book import ContactBook

ROWS = Path(__file__).resolve().parents[1] / "tests" / "data" / "calls"
ZONES = {"DE": "Europe/Berlin", "AT": "Europe/Vienna", "CH": "Europe/Zurich", "UK": "Europe/London"}
"""Of the owner, by the country of an entry; elsewhere New York."""
BUILT_ON = frozenset("efgh")
"""Files written to widen the vocabulary (German e, English f, whole events g, titles of both h): known, whatever their
hash says."""
_START = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One labelled entry, and what the program makes of it."""

    row: Row
    found: Call | None

    @property
    def part(self) -> str:
        """Which of the two parts it belongs to."""
        return part_of(self.row["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of some of the entries, from 0 to 1; NaN where nothing is to be measured."""

    entries: int
    precision: float
    recall: float
    f1: float
    kind: float
    """Of the calls that were found."""
    number: float
    """Of the calls that have one."""
    pin: float
    link: float
    name: float


def part_of(identifier: str) -> str:
    """ "known" or "measured"; an entry never changes its part."""
    if identifier[0] in BUILT_ON:
        return "known"
    return "measured" if hashlib.sha256(identifier.encode()).digest()[0] % 2 else "known"


def rows(folder: Path = ROWS) -> Iterator[Row]:
    """Every labelled entry."""
    for path in sorted(folder.glob("*.jsonl")):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def judged(row: Row) -> Judged:
    """What the program makes of one entry in the calendar of its owner, of whose contacts nothing is known."""
    region = {"UK": "GB"}.get(row["country"], row["country"])
    zone = ZoneInfo(ZONES.get(row["country"], "America/New_York"))
    me = MeConfig(name="Anna Beispiel", emails=["anna@beispiel.example"], phones=["+49 30 901820"], region=region)
    found = recognise(appointments([_occurrence(row, zone)], me=me), book=ContactBook((), me=me), me=me, zone=zone)
    return Judged(row=row, found=next(iter(found), None))


def _occurrence(row: Row, zone: ZoneInfo) -> Occurrence:
    start = _START.astimezone(zone).replace(hour=0) if row["all_day"] else _START
    length = timedelta(days=1) if row["all_day"] else timedelta(minutes=row["minutes"] or 30)
    return Occurrence(
        source="work",
        collection="/work/",
        href=f"/work/{row['id']}.ics",
        uid=row["id"],
        recurrence_id=None,
        start=start.astimezone(UTC),
        end=(start + length).astimezone(UTC),
        all_day=row["all_day"],
        summary=row["summary"],
        location=row["location"],
        description=row["description"],
        attendees=tuple(Person(email=email, name=name, partstat="ACCEPTED") for name, email in row["attendees"]),
    )


def figures(some: Sequence[Judged]) -> Figures:
    """The figures of these entries."""
    found = [one for one in some if one.found is not None]
    right = [one for one in found if one.row["call"]]
    calls = [one for one in some if one.row["call"]]
    precision, recall = _share(len(right), len(found)), _share(len(right), len(calls))
    return Figures(
        entries=len(some),
        precision=precision,
        recall=recall,
        f1=_share(2 * len(right), len(found) + len(calls)),
        kind=_right(right, lambda row: True, lambda one, call: call.kind == one["kind"]),
        number=_right(right, lambda row: row["phone"], lambda one, call: call.reach.phone == one["phone"]),
        pin=_right(right, lambda row: row["pin"], lambda one, call: call.reach.pin == one["pin"]),
        link=_right(right, lambda row: row["url"], lambda one, call: _address(call.reach.url) == _address(one["url"])),
        name=_right(right, lambda row: row["name"], _named),
    )


def _named(row: Row, call: Call) -> bool:
    accepted = {_plain(name) for name in (row["name"], *row["names_ok"]) if name}
    return _plain(call.contact.name) in accepted or (not call.contact.name and None in row["names_ok"])


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _address(url: str | None) -> str:
    return (url or "").removeprefix("https://").removeprefix("http://").rstrip("/")


def _right(some: Iterable[Judged], has: Callable[[Row], object], is_right: Callable[[Row, Call], bool]) -> float:
    told = [is_right(one.row, one.found) for one in some if one.found is not None and has(one.row)]
    return _share(sum(told), len(told))


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def table(everything: Sequence[Judged]) -> Iterator[str]:
    """The figures of both parts, and of each language, trade and country in the part that is only measured."""
    known, measured = ([one for one in everything if one.part == part] for part in ("known", "measured"))
    heads = ("prec.", "recall", "F1", "kind", "number", "PIN", "link", "name")
    yield f"{'':16} {'entries':>7} " + " ".join(f"{head:>6}" for head in heads)
    yield _line("known", known)
    yield _line("measured", measured)
    yield f"gap in F1: {figures(known).f1 - figures(measured).f1:+.3f}"
    for field in ("lang", "trade", "country"):
        for value in sorted({one.row[field] for one in everything}):
            yield _line(f"  {value}", [one for one in measured if one.row[field] == value])
    yield _line("  titles only", [one for one in measured if not one.row["description"]])
    yield _line("  whole events", [one for one in measured if one.row["description"]])


def by_evidence(some: Sequence[Judged]) -> Iterator[str]:
    """What was found, by the evidence that counted: how many entries, and how many of them are calls."""
    count = Counter((one.found.reasons[0].msgid, one.row["call"]) for one in some if one.found is not None)
    told = {evidence: (count[evidence, True], count[evidence, False]) for evidence, _ in count}
    for evidence, (right, wrong) in sorted(told.items(), key=lambda item: (-sum(item[1]), item[0])):
        yield f"{right + wrong:7} {_share(right, right + wrong):6.3f}  {evidence}"


def _line(name: str, some: Sequence[Judged]) -> str:
    one = figures(some)
    shares = (one.precision, one.recall, one.f1, one.kind, one.number, one.pin, one.link, one.name)
    return f"{name:16} {one.entries:7} " + " ".join(f"{share:6.3f}" for share in shares)


def main() -> int:
    """Print the table; `--wrong` also every known entry that is not recognised rightly."""
    parser = argparse.ArgumentParser(prog="tools.detection", description=main.__doc__)
    parser.add_argument("--wrong", action="store_true", help="list the known entries that are judged wrongly")
    everything = [judged(row) for row in rows()]
    wrong = parser.parse_args().wrong
    measured = [one for one in everything if one.part == "measured"]
    lines = [*table(everything), "by evidence: found, and precision", *by_evidence(measured)]
    sys.stdout.write("\n".join(lines) + "\n")
    for one in everything if wrong else ():
        if one.part == "known" and (one.found is not None) != one.row["call"]:
            said = "no call" if one.found is None else one.found.kind
            sys.stdout.write(f"{one.row['id']}: {said}: {one.row['summary']} | {one.row['location']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
