"""What a month's table and figures say: each line with a judgement, by hand, whether somebody would act on it.

The judgements stand beside each month (`<month>.txt`), a line each: item | call | rules | yes or no | why. They name no
title: texts may change without another judgement. "*" stands for all of a kind that needs no look at each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.months.life import Month
from tests.months.living import Line, Told

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What somebody thinks of a line."""

    worth: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is to be reached in each month."""

    items: int
    by_item: Mapping[str, int]
    warnings: int
    worth: int
    """Of the warnings."""
    lost: tuple[tuple[str, str], ...]
    """Grave matters that were told of nowhere."""
    questions_a_day: float
    most_questions: int
    """On one day."""
    alarms_a_day: float
    """Of all items, on workdays."""
    first_morning: int

    @property
    def share(self) -> float:
        """Of the warnings, those worth acting on."""
        return self.worth / self.warnings if self.warnings else 1.0


def judgements(month: Month) -> dict[Key, Judged]:
    """The judgements beside a month. Raises ValueError for a line that is none, or stands twice."""
    found: dict[Key, Judged] = {}
    for text in (Path(__file__).parent / f"{month.name}.txt").read_text(encoding="utf-8").splitlines():
        if not text.strip() or text.startswith("#"):
            continue
        item, call, rules, worth, why = (part.strip() for part in text.split("|"))
        if worth not in {"yes", "no"} or not why or (item, call, rules) in found:
            raise ValueError(f"no judgement: {text}")
        found[item, call, rules] = Judged(worth=worth == "yes", why=why)
    return found


def judged(line: Line, known: Mapping[Key, Judged]) -> Judged | None:
    """The judgement of a line; None where there is none."""
    return known.get(line.key) or known.get((line.item, "*", "*"))


def unjudged(told: Told, known: Mapping[Key, Judged]) -> tuple[list[Key], list[Key]]:
    """Lines without a judgement, and judgements without a line."""
    keys = {line.key for line in told.lines.values()}
    items = {line.item for line in told.lines.values()}
    missing = {line.key for line in told.lines.values() if judged(line, known) is None}
    gone = {key for key in known if key not in keys and not (key[1] == "*" and key[0] in items)}
    return sorted(missing), sorted(gone)


def figures(month: Month, told: Told, known: Mapping[Key, Judged]) -> Figures:
    """The figures of a month."""
    lines = list(told.lines.values())
    warnings = [line for line in lines if line.item == "warning"]
    told_of = {(rule, line.call) for line in lines for rule in line.rules}
    workdays = [day for day in month.days if day.weekday() < 5]
    asked = Counter(_day(line.start, month) for line in lines if line.item == "outcome")
    rung = [alarm for line in lines for alarm in line.alarms if alarm.astimezone(month.zone).weekday() < 5]
    return Figures(
        items=len(lines),
        by_item=dict(sorted(Counter(line.item for line in lines).items())),
        warnings=len(warnings),
        worth=sum((found := judged(line, known)) is not None and found.worth for line in warnings),
        lost=tuple(one for one in month.grave if one not in told_of),
        questions_a_day=sum(asked.values()) / len(workdays),
        most_questions=max(asked.values(), default=0),
        alarms_a_day=len(rung) / len(workdays),
        first_morning=told.first_morning,
    )


def table(month: Month, told: Told, known: Mapping[Key, Judged]) -> Iterator[str]:
    """One line each, in the order in which they were written; reminders, which are all alike, are counted only."""
    for line in sorted(told.lines.values(), key=lambda line: (line.written, line.item, line.call)):
        if line.item == "reminder":
            continue
        found = judged(line, known)
        verdict = "??" if found is None else f"{'yes' if found.worth else 'NO'}: {found.why}"
        written = line.written.astimezone(month.zone)
        matter = f"{line.item} {line.call} ({', '.join(line.rules)})"
        yield f"{written:%a %m-%d %H:%M}  {matter:52}  {line.title}  [{line.fate}]  {verdict}"


def summary(told: Told, found: Figures) -> Iterator[str]:
    """The figures, one a line, each with its goal."""
    yield f"items: {found.items} ({', '.join(f'{name} {count}' for name, count in found.by_item.items())})"
    yield f"warning tasks worth acting on: {found.worth} of {found.warnings} = {found.share:.0%} (goal: 80%)"
    yield f"grave matters lost: {list(found.lost)} (goal: none)"
    yield f"questions a workday: {found.questions_a_day:.1f}, at most {found.most_questions} (goal: at most 2)"
    yield f"alarms a workday: {found.alarms_a_day:.1f}"
    yield f"calls that ring twice: {len(told.rung_twice)} (goal: 0)"
    yield f"alarms outside working time that could have waited: {len(told.disturbing)} (goal: 0)"
    yield f"tasks due too soon after their alarm: {len(told.short)} (goal: 0)"
    yield f"free times on offer that are past: {len(told.past_offers)} at {told.polls} polls (goal: 0)"
    yield f"second runs that wrote: {len(told.written_by_second_runs)} of {told.polls} (goal: 0)"
    yield f"tasks on the first morning: {found.first_morning}"


def _day(instant: datetime, month: Month) -> str:
    return f"{instant.astimezone(month.zone):%m-%d}"
