"""What a warning rests on: rules with their severities, and the times it offers. Pure.

A warning's moments count from "now" in some rules, and so do free times. With the basis kept beside the item, the
next cycle can tell news, which is written, from the passing of time, which is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from termintreu.model import AskedCall, Finding
from termintreu.model.times import bounded

SUSPECTED, CONFIRMED = 2, 3
"""How sure a miss was when its task was written: the severity of `missed_by_us` in its basis."""

FreeTime = tuple[datetime, datetime]
"""Start and end of a free time, UTC."""

_FINDING = re.compile(r"([a-z_]{1,40}):([0-3])")
_FREE_TIME = re.compile(r"(\d{8}T\d{6}Z)/(\d{8}T\d{6}Z)")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Rules with severities, and times offered."""

    severities: tuple[tuple[str, int], ...] = ()
    """Each rule once, with its gravest finding; by name."""
    free_times: tuple[FreeTime, ...] = ()

    def __str__(self) -> str:
        """For a property of the item: `<rule>:<severity> ...|<start>/<end> ...`; nothing in it needs escaping."""
        rules = " ".join(f"{rule}:{severity}" for rule, severity in self.severities)
        offered = " ".join(f"{start:{_STAMP}}/{end:{_STAMP}}" for start, end in self.free_times)
        return f"{rules}|{offered}" if offered else rules

    def is_news_after(self, before: Basis) -> bool:
        """Whether a rule joined or became graver since; never where it is unknown what stood before."""
        known = dict(before.severities)
        return bool(known) and any(severity > known.get(rule, -1) for rule, severity in self.severities)

    def covers(self, before: Basis) -> bool:
        """Whether nothing of what stood before is left out or taken more lightly."""
        now = dict(self.severities)
        return all(now.get(rule, -1) >= severity for rule, severity in before.severities)


def basis_of(findings: Iterable[Finding], free_times: Iterable[FreeTime] = ()) -> Basis:
    """The basis of a warning with these findings."""
    gravest: dict[str, int] = {}
    for finding in findings:
        gravest[finding.rule] = max(int(finding.severity), gravest.get(finding.rule, 0))
    return Basis(severities=tuple(sorted(gravest.items())), free_times=tuple(free_times))


def read_basis(text: str) -> Basis:
    """The basis as it was written; what is not readable is left out."""
    return _read_lately(text) if len(text) <= _SHORT else _read(text)


def _read(text: str) -> Basis:
    rules, _, offered = text.partition("|")
    return Basis(
        severities=tuple((rule, int(severity)) for rule, severity in _FINDING.findall(rules)),
        free_times=tuple(
            one for start, end in _FREE_TIME.findall(offered) if (one := _free_time(start, end)) is not None
        ),
    )


_SHORT = 500
_read_lately = lru_cache(maxsize=1024)(_read)
"""The same ones are looked at in every cycle."""
_ASKED = re.compile(r"\b([0-9a-f]{16})@(\d{8}T\d{6}Z)")


def asked_text(calls: Iterable[AskedCall]) -> str:
    """The basis of a question about several calls: which they are, for servers that drop it from the item."""
    return " ".join(f"{call.key}@{call.start.astimezone(UTC):{_STAMP}}" for call in calls)


def read_asked(basis: str) -> tuple[tuple[str, datetime], ...]:
    """The keys and starts (UTC) of the calls that a question about several is, or was, about."""
    found = ((key, _moment(start)) for key, start in _ASKED.findall(basis))
    return tuple((key, start) for key, start in found if start is not None)


def _moment(text: str) -> datetime | None:
    try:
        return _instant(text)
    except ValueError:
        return None


def _free_time(start: str, end: str) -> FreeTime | None:
    """A free time; None where one of its ends is no date."""
    try:
        return _instant(start), _instant(end)
    except ValueError:
        return None


def _instant(text: str) -> datetime:
    return bounded(datetime.strptime(text, _STAMP).replace(tzinfo=UTC))
